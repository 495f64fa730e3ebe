import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '@assay/core/errors';
import { readModelJson } from '../models/model-config.ts';
import { type DenseHead, throughHeads } from './dense-heads.ts';

/** Ways to make one vector of a text's token vectors, in the order in which several are concatenated. */
const POOLING_MODES = ['cls', 'max', 'mean', 'mean_sqrt_len', 'weightedmean', 'lasttoken'] as const;
export type PoolingMode = (typeof POOLING_MODES)[number];

/** How a model's own files say that a sentence vector is made. */
export interface Pooling {
  readonly modes: readonly PoolingMode[];
  /** Whether the vector is scaled to length 1. */
  readonly normalise: boolean;
  /** Whether the tokens of a task's prompt are pooled with those of the text. */
  readonly includesPrompt: boolean;
  /** Folders of the dense layers behind the pooling, in their order. */
  readonly dense: readonly string[];
  /** Those layers, where they lie beside the graph. @default none */
  readonly heads?: readonly DenseHead[] | undefined;
  /** Modules after pooling that the graph would have to hold itself. */
  readonly otherModules: readonly string[];
}

const KNOWN_MODULES: readonly string[] = ['Transformer', 'Pooling', 'Dense', 'Normalize', 'Dropout'];

const CONFIG_KEYS: Readonly<Record<PoolingMode, string>> = {
  cls: 'pooling_mode_cls_token',
  max: 'pooling_mode_max_tokens',
  mean: 'pooling_mode_mean_tokens',
  mean_sqrt_len: 'pooling_mode_mean_sqrt_len_tokens',
  weightedmean: 'pooling_mode_weightedmean_tokens',
  lasttoken: 'pooling_mode_lasttoken',
};

/**
 * Reads modules.json and the pooling folder's config.json, as sentence-transformers writes them.
 * Without them it is the mean of the tokens, not normalised, which is what sentence-transformers does then.
 * @see https://sbert.net/docs/package_reference/sentence_transformer/models.html
 */
export function readPooling(folder: string): Pooling {
  const listed = existsSync(join(folder, 'modules.json')) ? readModelJson(folder, 'modules.json') : undefined;
  const modules = Object.values(listed ?? {}) as { readonly type?: string; readonly path?: string }[];
  const kinds = modules.map((module) => module.type?.split('.').at(-1) ?? '');
  const path = modules[kinds.indexOf('Pooling')]?.path ?? '1_Pooling';
  const config = readModelJson(folder, `${path}/config.json`) ?? {};
  return {
    modes: poolingModes(config),
    includesPrompt: config.include_prompt !== false,
    normalise: kinds.includes('Normalize'),
    dense: modules.flatMap((module, at) => (kinds[at] === 'Dense' ? [module.path ?? ''] : [])),
    otherModules: kinds.filter((kind) => !KNOWN_MODULES.includes(kind)),
  };
}

function poolingModes(config: Readonly<Record<string, unknown>>): readonly PoolingMode[] {
  if (typeof config.pooling_mode === 'string') {
    const mode = POOLING_MODES.find((known) => known === config.pooling_mode);
    if (mode !== undefined) return [mode];
    throw new AssayError('MODEL_UNSUPPORTED', `the model pools by "${config.pooling_mode}", which assay does not know`);
  }
  const modes = POOLING_MODES.filter((mode) => config[CONFIG_KEYS[mode]] === true);
  return modes.length === 0 ? ['mean'] : modes;
}

/**
 * One vector of a text's token vectors.
 * @param hidden token vectors, row after row
 * @param tokens rows to pool; padding comes after them and is not looked at
 * @returns `modes.length × width` floats, or as many as the last dense layer gives
 */
export function pool(hidden: Float32Array, tokens: number, width: number, pooling: Pooling): Float32Array {
  const vector = new Float32Array(width * pooling.modes.length);
  for (const [index, mode] of pooling.modes.entries()) {
    poolOne(hidden, tokens, width, mode, vector.subarray(index * width, (index + 1) * width));
  }
  const made = throughHeads(vector, pooling.heads ?? []);
  return pooling.normalise ? toUnitLength(made) : made;
}

function poolOne(hidden: Float32Array, tokens: number, width: number, mode: PoolingMode, out: Float32Array): void {
  if (mode === 'cls') out.set(hidden.subarray(0, width));
  else if (mode === 'lasttoken') out.set(hidden.subarray((tokens - 1) * width, tokens * width));
  else if (mode === 'max') poolMax(hidden, tokens, width, out);
  else poolSum(hidden, tokens, width, mode, out);
}

function poolMax(hidden: Float32Array, tokens: number, width: number, out: Float32Array): void {
  out.fill(Number.NEGATIVE_INFINITY);
  for (let token = 0; token < tokens; token++) {
    for (let at = 0; at < width; at++) out[at] = Math.max(out[at]!, hidden[token * width + at]!);
  }
}

function poolSum(
  hidden: Float32Array,
  tokens: number,
  width: number,
  mode: 'mean' | 'mean_sqrt_len' | 'weightedmean',
  out: Float32Array,
): void {
  let weights = 0;
  for (let token = 0; token < tokens; token++) {
    const weight = mode === 'weightedmean' ? token + 1 : 1;
    weights += weight;
    for (let at = 0; at < width; at++) out[at] = out[at]! + weight * hidden[token * width + at]!;
  }
  const divisor = mode === 'mean_sqrt_len' ? Math.sqrt(weights) : weights;
  for (let at = 0; at < width; at++) out[at] = out[at]! / divisor;
}

/** Scales a vector to length 1 in place; a zero vector stays zero. */
export function toUnitLength(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.max(Math.sqrt(squares), 1e-12);
  for (let at = 0; at < vector.length; at++) vector[at] = vector[at]! / length;
  return vector;
}
