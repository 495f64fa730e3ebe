import type { InferenceSession } from 'onnxruntime-node';
import type { CacheElement } from './cache-array.ts';
import type { DecoderSessions } from './decoder-sessions.ts';
import { elementOf, unsupported } from './graph-metadata.ts';
import type { CacheShape, LayerShape } from './kv-cache.ts';
import { type GraphState, isState, readStates } from './standard-states.ts';

type Metadata = InferenceSession.ValueMetadata;

/** What a usual export with past expects, read from its inputs. */
export interface StandardLayout {
  readonly shape: CacheShape;
  readonly element: CacheElement;
  /** Names of past inputs and of present outputs, key and value of each layer in turn. */
  readonly pasts: readonly string[];
  readonly presents: readonly string[];
  /** States of convolutions and recurrences. */
  readonly states: readonly GraphState[];
  /** Copies of the positions that it takes: one of each kind where pictures have several; 0 for plain positions. */
  readonly positionRows: number;
}

const TOKENS = 'input_ids';
const OPTIONAL: ReadonlySet<string> = new Set([
  'attention_mask',
  'position_ids',
  'num_logits_to_keep',
  'use_cache_branch',
]);
const KEY = /^past_key_values\.(\d+)\.key$/;
const KEY_OR_VALUE = /^past_key_values\.\d+\.(key|value)$/;

/**
 * Reads the layout from the session's own metadata. Layers of another kind than attention have no keys, so the numbers of
 * those that have may leave gaps.
 * @throws AssayError MODEL_UNSUPPORTED naming the input that does not fit
 */
export function readStandardLayout(sessions: DecoderSessions, fallback: CacheShape, file: string): StandardLayout {
  const outputs = new Set(sessions.outputNames);
  const inputs = sessions.inputs.filter(({ name }) => !sessions.embedded.has(name));
  const names = inputs.map(({ name }) => name);
  const known = (name: string) => name === TOKENS || OPTIONAL.has(name) || KEY_OR_VALUE.test(name) || isState(name);
  const unknown = names.find((name) => !known(name));
  if (unknown === 'inputs_embeds')
    throw unsupported(file, 'it takes inputs_embeds, and no embed_tokens graph beside it gives them');
  if (unknown !== undefined)
    throw unsupported(file, `the input ${unknown} is not known (it takes ${names.join(', ')})`);
  const keys = inputs.filter(({ name }) => KEY.test(name)).sort((a, b) => layerOf(a) - layerOf(b));
  if (keys.length === 0 || !(names.includes(TOKENS) || sessions.embedded.size > 0))
    throw unsupported(file, 'there are no past_key_values.N.key inputs');
  if (!outputs.has('logits')) throw unsupported(file, 'there is no logits output');
  const parts = keys.flatMap((key) => [`${layerOf(key)}.key`, `${layerOf(key)}.value`]);
  const states = readStates(inputs, file);
  const missing = [
    ...parts.map((name) => `past_key_values.${name}`).filter((name) => !names.includes(name)),
    ...[...parts.map((name) => `present.${name}`), ...states.map(({ present }) => present)].filter(
      (name) => !outputs.has(name),
    ),
  ][0];
  if (missing !== undefined) throw unsupported(file, `${missing} is missing`);
  return {
    ...cacheLayout(keys, fallback, file),
    pasts: parts.map((name) => `past_key_values.${name}`),
    presents: parts.map((name) => `present.${name}`),
    states,
    positionRows: positionRows(inputs, file),
  };
}

function layerOf({ name }: Metadata): number {
  return Number(KEY.exec(name)![1]);
}

/** Positions are [batch, columns], or [kinds, batch, columns], which of a text are all the same. */
function positionRows(inputs: readonly Metadata[], file: string): number {
  const positions = inputs.find(({ name }) => name === 'position_ids');
  if (positions === undefined || !positions.isTensor || positions.shape.length === 2) return 0;
  const kinds = positions.shape[0];
  if (positions.shape.length === 3 && typeof kinds === 'number' && kinds > 0 && kinds < 9) return kinds;
  if (positions.shape.length === 3 && typeof kinds === 'string') return 3;
  throw unsupported(file, `position_ids has the shape [${positions.shape.join(', ')}]`);
}

/**
 * Shape and type of the cache, from the metadata of its key inputs.
 * @throws AssayError MODEL_UNSUPPORTED when they are no keys of fp32 or fp16
 */
export function cacheLayout(
  keys: readonly Metadata[],
  fallback: CacheShape,
  file: string,
): Pick<StandardLayout, 'shape' | 'element'> {
  const each = keys.map((key) => layerShape(key, fallback, file));
  const [first] = keys;
  const element = elementOf(first!, file);
  const other = keys.find((key) => elementOf(key, file) !== element);
  if (other !== undefined) throw unsupported(file, `${other.name} is not ${element}, as ${first!.name} is`);
  const { heads, headSize } = each[0]!;
  const isUniform = each.every((layer) => layer.heads === heads && layer.headSize === headSize);
  return { shape: { layers: keys.length, heads, headSize, ...(isUniform ? {} : { each }) }, element };
}

function layerShape(key: Metadata, fallback: CacheShape, file: string): LayerShape {
  if (!key.isTensor || key.shape.length !== 4)
    throw unsupported(file, `${key.name} is not a tensor of four dimensions`);
  const [, heads, , headSize] = key.shape;
  return {
    heads: typeof heads === 'number' && heads > 0 ? heads : fallback.heads,
    headSize: typeof headSize === 'number' && headSize > 0 ? headSize : fallback.headSize,
  };
}
