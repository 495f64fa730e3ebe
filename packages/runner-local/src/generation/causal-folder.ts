import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { AssayError } from '@assay/core';
import type { CacheShape } from '../layouts/kv-cache.ts';
import { externalDataOf } from '../models/external-data.ts';
import { type ChosenGraphs, chooseGraphs } from './choose-graphs.ts';

/** A language model on disk, as far as its files tell without loading the weights. */
export interface CausalFolder extends ChosenGraphs {
  readonly name: string;
  readonly path: string;
  /** All graphs. */
  readonly graphs: readonly string[];
  /** Files next to the graphs that hold their weights. */
  readonly externalData: readonly string[];
  /** All that the answer depends on. */
  readonly files: readonly string[];
  readonly cache: CacheShape;
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly eosIds: readonly number[];
  readonly bosId: number | undefined;
  /** Tokens that an encoder-decoder's answer begins with; none where the prompt itself is continued. */
  readonly startIds: readonly number[];
}

type Config = Readonly<Record<string, unknown>>;

/**
 * Reads a model folder: config.json, tokenizer files and the graphs.
 * @param graph file name of the decoder's graph instead of the preferred one
 * @throws AssayError MODEL_NOT_FOUND, MODEL_FILES_MISSING, MODEL_UNSUPPORTED
 */
export function readCausalFolder(model: string, graph?: string): CausalFolder {
  const path = resolve(model);
  if (!existsSync(path)) {
    throw new AssayError('MODEL_NOT_FOUND', `there is no model folder ${path}`, {
      hint: 'name a folder with config.json, tokenizer.json and onnx/',
    });
  }
  const config = textConfig(readConfig(path, 'config.json'));
  const generation = existsSync(join(path, 'generation_config.json')) ? readConfig(path, 'generation_config.json') : {};
  for (const file of ['tokenizer.json', 'tokenizer_config.json']) required(path, file);
  const isEncoderDecoder = config.is_encoder_decoder === true;
  const chosen = chooseGraphs(path, isEncoderDecoder, graph);
  const { firstGraph, encoder, embedding } = chosen;
  const graphs = [chosen.graph, firstGraph, encoder, embedding].filter((file) => file !== undefined);
  const externalData = [...new Set(graphs.flatMap(externalDataOf))];
  const side = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'];
  return {
    name: basename(path),
    path,
    ...chosen,
    graphs,
    externalData,
    files: [...side.map((file) => join(path, file)).filter(existsSync), ...graphs, ...externalData],
    cache: cacheShape(config, path),
    vocabularySize: numberOf(config, path, 'vocab_size'),
    contextLength: contextLength(config, path),
    eosIds: [...new Set([...idsOf(generation.eos_token_id), ...idsOf(config.eos_token_id)])],
    bosId: idsOf(config.bos_token_id)[0],
    startIds: isEncoderDecoder ? startIds(config, generation, path) : [],
  };
}

function required(path: string, file: string): string {
  const full = join(path, file);
  if (existsSync(full)) return full;
  throw new AssayError('MODEL_FILES_MISSING', `the model folder has no ${file}`, {
    at: { file: path },
    hint: `put ${file} there, or fetch the model again`,
  });
}

function readConfig(path: string, file: string): Config {
  const full = required(path, file);
  try {
    return JSON.parse(readFileSync(full, 'utf8')) as Config;
  } catch (cause) {
    throw new AssayError('MODEL_LOAD', `${file} is not valid JSON`, {
      at: { file: full },
      hint: 'fetch the model again',
      cause,
    });
  }
}

/** Of a model that also sees or hears, what its config says of the language model in it. */
function textConfig(config: Config): Config {
  const { text_config: text } = config;
  return typeof text === 'object' && text !== null ? { ...config, ...text } : config;
}

function cacheShape(config: Config, path: string): CacheShape {
  const heads = numberOf(config, path, 'decoder_attention_heads', 'num_attention_heads', 'n_head', 'num_heads');
  const size = config.head_dim ?? config.d_kv ?? numberOf(config, path, 'hidden_size', 'n_embd', 'd_model') / heads;
  return {
    layers: numberOf(
      config,
      path,
      'num_decoder_layers',
      'decoder_layers',
      'num_hidden_layers',
      'n_layer',
      'num_layers',
    ),
    heads: typeof config.num_key_value_heads === 'number' ? config.num_key_value_heads : heads,
    headSize: Number(size),
  };
}

/** Relative positions have no end of their own: where the config gives none either, a text may be as long as memory allows. */
function contextLength(config: Config, path: string): number {
  const keys = ['max_position_embeddings', 'n_positions', 'n_ctx', 'max_seq_len', 'seq_length'];
  const isRelative = typeof config.relative_attention_num_buckets === 'number';
  if (isRelative && !keys.some((key) => typeof config[key] === 'number')) return Number.MAX_SAFE_INTEGER;
  return numberOf(config, path, ...keys);
}

/** The token that starts every answer, and the one that is forced behind it. */
function startIds(config: Config, generation: Config, path: string): number[] {
  const start = idsOf(generation.decoder_start_token_id ?? config.decoder_start_token_id ?? config.bos_token_id)[0];
  if (start === undefined) numberOf(config, path, 'decoder_start_token_id');
  const forced = idsOf(generation.forced_bos_token_id ?? config.forced_bos_token_id)[0];
  return [start!, ...(forced === undefined ? [] : [forced])];
}

function numberOf(config: Config, path: string, ...keys: readonly string[]): number {
  for (const key of keys) if (typeof config[key] === 'number') return config[key];
  const type = typeof config.model_type === 'string' ? ` (model_type ${config.model_type})` : '';
  throw new AssayError('MODEL_UNSUPPORTED', `config.json${type} has no number ${keys.join(' or ')}`, {
    at: { file: join(path, 'config.json') },
    hint: 'docs/models.md lists the architectures that can be run: decoders and encoder-decoders of text',
  });
}

function idsOf(value: unknown): number[] {
  return (Array.isArray(value) ? value : [value]).filter((id) => typeof id === 'number');
}
