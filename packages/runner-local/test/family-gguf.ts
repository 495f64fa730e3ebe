import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Family } from '../src/convert/families/family.ts';
import { familyOf } from '../src/convert/families/family-of.ts';
import { GGUF_KEYS } from '../src/convert/gguf/gguf-config.ts';
import { tensorBytes } from '../src/convert/onnx/tensor-source.ts';
import { canonicalName } from '../src/convert/safetensors/canonical-name.ts';
import { readSafetensors } from '../src/convert/safetensors/read-safetensors.ts';
import { weightBytes } from '../src/convert/weights/weight-tensor.ts';
import { ggufBytes, type MetadataValue, type PackedTensor, pairwise } from './tiny-gguf.ts';

type Config = Readonly<Record<string, unknown>>;

/** Settings that llama.cpp reads as fp32, whole or not. */
const FLOATS = /eps|theta|freq|multiplier|scaling|softcapping/;
const IS_GEMMA = /^gemma/;

/**
 * Writes a model that transformers saved as llama.cpp's converter would: names, order of rows, shifted norms. What comes
 * out was run by llama.cpp itself, which gave transformers' greedy tokens for every family that it has.
 */
export function writeFamilyGguf(path: string, folder: string): void {
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as Config;
  const family = familyOf(String(config.model_type), folder);
  const tensors = readSafetensors(join(folder, 'model.safetensors')).map((tensor): PackedTensor => {
    const name = canonicalName(tensor.name, family)!;
    const bits = new Uint16Array(tensorBytes(weightBytes({ ...tensor, type: 30 })).buffer);
    const values = new Float32Array(Uint32Array.from(bits, (half) => half * 65_536).buffer);
    return packed(name, tensor.dims, asConverted(name, values, tensor.dims, config, family));
  });
  writeFileSync(path, ggufBytes(metadataOf(config, family), [...tensors, ...ropeTensors(config)]));
}

function packed(name: string, dims: readonly number[], values: Float32Array): PackedTensor {
  return { name, dims, type: 0, bytes: Buffer.from(values.buffer, values.byteOffset, values.byteLength) };
}

function asConverted(
  name: string,
  values: Float32Array,
  dims: readonly number[],
  config: Config,
  { ggufPairs, type }: Family,
): Float32Array {
  if (IS_GEMMA.test(type) && name.endsWith('norm.weight')) return values.map((value) => value + 1);
  const heads = /attn_q\.(weight|bias)/.test(name) ? 'num_attention_heads' : 'num_key_value_heads';
  if (ggufPairs !== true || !/attn_[qk]\.(weight|bias)/.test(name)) return values;
  const width = dims[1] ?? 1;
  const turned = new Float32Array(values.length);
  pairwise(dims[0]!, Number(config[heads])).forEach((row, at) => {
    turned.set(values.subarray(row * width, (row + 1) * width), at * width);
  });
  return turned;
}

function ropeOf(config: Config): Config {
  const all = (config.rope_parameters ?? {}) as Record<string, Config>;
  return all.full_attention ?? (all as Config);
}

function metadataOf(config: Config, { gguf }: Family): Record<string, MetadataValue> {
  const rope = ropeOf(config);
  const local = ((config.rope_parameters ?? {}) as Record<string, Config>).sliding_attention;
  const all: Config = {
    ...config,
    rope_theta: rope.rope_theta,
    ...(local === undefined ? {} : { rope_local_base_freq: local.rope_theta }),
  };
  const metadata: Record<string, MetadataValue> = { 'general.architecture': gguf! };
  for (const [key, to] of Object.entries(GGUF_KEYS)) {
    const value = all[key];
    if (typeof value === 'number') metadata[`${gguf}.${to}`] = FLOATS.test(key) ? { float: value } : value;
  }
  metadata[`${gguf}.feed_forward_length`] = Number(config.intermediate_size);
  metadata[`${gguf}.attention.value_length`] = Number(
    config.head_dim ?? Number(config.hidden_size) / Number(config.num_attention_heads),
  );
  const part = Number(rope.partial_rotary_factor ?? 1);
  metadata[`${gguf}.rope.dimension_count`] = (metadata[`${gguf}.attention.value_length`] as number) * part;
  if (typeof config.query_pre_attn_scalar === 'number') {
    metadata[`${gguf}.attention.scale`] = { float: config.query_pre_attn_scalar ** -0.5 };
  }
  if (Array.isArray(config.layer_types)) {
    metadata[`${gguf}.attention.sliding_window_pattern`] = config.layer_types.map((one) => one === 'sliding_attention');
  }
  const scaling = (key: string): string => `${gguf}.rope.scaling.${key}`;
  if (rope.rope_type === 'yarn') {
    metadata[scaling('type')] = 'yarn';
    metadata[scaling('factor')] = { float: Number(rope.factor) };
  }
  if (rope.rope_type === 'yarn' || rope.rope_type === 'longrope') {
    metadata[scaling('original_context_length')] = Number(rope.original_max_position_embeddings);
  }
  if (rope.rope_type === 'longrope') {
    const [original, longest] = [Number(rope.original_max_position_embeddings), Number(config.max_position_embeddings)];
    metadata[scaling('attn_factor')] = { float: Math.sqrt(1 + Math.log(longest / original) / Math.log(original)) };
  }
  const tokens = Array.from({ length: Number(config.vocab_size) }, (_, id) => `t${id}`);
  const tokenizer = { model: 'gpt2', pre: 'gpt-2', tokens, merges: ['t 1'], token_type: tokens.map(() => 1) };
  for (const [key, value] of Object.entries(tokenizer)) metadata[`tokenizer.ggml.${key}`] = value;
  return { ...metadata, 'tokenizer.ggml.bos_token_id': 1, 'tokenizer.ggml.eos_token_id': 2 };
}

/** Scalings that GGUF has as tensors. */
function ropeTensors(config: Config): PackedTensor[] {
  const rope = ropeOf(config);
  const vector = (name: string, values: readonly number[]): PackedTensor =>
    packed(name, [values.length], Float32Array.from(values));
  if (rope.rope_type === 'longrope') {
    return (['long', 'short'] as const).map((kind) =>
      vector(`rope_factors_${kind}.weight`, rope[`${kind}_factor`] as number[]),
    );
  }
  if (rope.rope_type !== 'llama3') return [];
  const [size, theta] = [Number(config.head_dim), Number(rope.rope_theta)];
  const factor = Number(rope.factor);
  const [low, high, length] = ['low_freq_factor', 'high_freq_factor', 'original_max_position_embeddings'].map((key) =>
    Number(rope[key]),
  ) as [number, number, number];
  const divisors = Array.from({ length: size / 2 }, (_, i) => {
    const wave = 2 * Math.PI * theta ** ((2 * i) / size);
    if (wave > length / low) return factor;
    if (wave < length / high) return 1;
    const smooth = (length / wave - low) / (high - low);
    return 1 / ((1 - smooth) / factor + smooth);
  });
  return [vector('rope_freqs.weight', divisors)];
}
