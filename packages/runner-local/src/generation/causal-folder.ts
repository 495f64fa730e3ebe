import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { AssayError } from '@assay/core';
import type { CacheShape } from '../layouts/kv-cache.ts';

/** A causal language model on disk, as far as its files tell without loading the weights. */
export interface CausalFolder {
  readonly name: string;
  readonly path: string;
  readonly graph: string;
  /** Files next to the graph that hold its weights. */
  readonly externalData: readonly string[];
  /** All that the answer depends on. */
  readonly files: readonly string[];
  readonly cache: CacheShape;
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly eosIds: readonly number[];
  readonly bosId: number | undefined;
}

type Config = Readonly<Record<string, unknown>>;

/** Graphs by preference: the slim layout, then the usual exports from small to large. */
const GRAPHS = [
  'slim_q4.onnx',
  'model_q4.onnx',
  'model_q4f16.onnx',
  'model_quantized.onnx',
  'model_int8.onnx',
  'model_fp16.onnx',
  'model.onnx',
  'decoder_model_merged_quantized.onnx',
  'decoder_model_merged.onnx',
];

/**
 * Reads a model folder: config.json, tokenizer files and the graph in onnx/.
 * @param graph file name in onnx/ instead of the preferred one
 * @throws AssayError MODEL_NOT_FOUND, MODEL_FILES_MISSING, MODEL_UNSUPPORTED
 */
export function readCausalFolder(model: string, graph?: string): CausalFolder {
  const path = resolve(model);
  if (!existsSync(path)) {
    throw new AssayError('MODEL_NOT_FOUND', `there is no model folder ${path}`, {
      hint: 'name a folder with config.json, tokenizer.json and onnx/',
    });
  }
  const config = readConfig(path, 'config.json');
  const generation = existsSync(join(path, 'generation_config.json')) ? readConfig(path, 'generation_config.json') : {};
  for (const file of ['tokenizer.json', 'tokenizer_config.json']) required(path, file);
  const graphPath = graph === undefined ? preferredGraph(path) : required(path, join('onnx', graph));
  const externalData = externalDataOf(graphPath);
  const side = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'];
  return {
    name: basename(path),
    path,
    graph: graphPath,
    externalData,
    files: [...side.map((file) => join(path, file)).filter(existsSync), graphPath, ...externalData],
    cache: cacheShape(config, path),
    vocabularySize: numberOf(config, path, 'vocab_size'),
    contextLength: numberOf(
      config,
      path,
      'max_position_embeddings',
      'n_positions',
      'n_ctx',
      'max_seq_len',
      'seq_length',
    ),
    eosIds: [...new Set([...idsOf(generation.eos_token_id), ...idsOf(config.eos_token_id)])],
    bosId: idsOf(config.bos_token_id)[0],
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

function preferredGraph(path: string): string {
  for (const name of GRAPHS) if (existsSync(join(path, 'onnx', name))) return join(path, 'onnx', name);
  throw new AssayError('MODEL_FILES_MISSING', `the model folder has no weights: none of onnx/${GRAPHS.join(', ')}`, {
    at: { file: path },
    hint: 'fetch the model again, or export it to ONNX with past key values',
  });
}

/** A graph names its data files in plain text, so its bytes tell which of its neighbours belong to it. */
function externalDataOf(graph: string): string[] {
  const folder = join(graph, '..');
  const bytes = readFileSync(graph);
  const others = readdirSync(folder).filter((name) => !name.endsWith('.onnx'));
  return others.filter((name) => bytes.includes(name)).map((name) => join(folder, name));
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

function cacheShape(config: Config, path: string): CacheShape {
  const heads = numberOf(config, path, 'num_attention_heads', 'n_head');
  const size = config.head_dim ?? numberOf(config, path, 'hidden_size', 'n_embd') / heads;
  return {
    layers: numberOf(config, path, 'num_hidden_layers', 'n_layer'),
    heads: typeof config.num_key_value_heads === 'number' ? config.num_key_value_heads : heads,
    headSize: Number(size),
  };
}

function numberOf(config: Config, path: string, ...keys: readonly string[]): number {
  for (const key of keys) if (typeof config[key] === 'number') return config[key];
  throw new AssayError('MODEL_UNSUPPORTED', `config.json has no number ${keys.join(' or ')}`, {
    at: { file: join(path, 'config.json') },
    hint: 'only decoder-only language models are supported here',
  });
}

function idsOf(value: unknown): number[] {
  return (Array.isArray(value) ? value : [value]).filter((id) => typeof id === 'number');
}
