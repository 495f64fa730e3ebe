import { AssayError } from '@assay/core/errors';
import type { InferenceSession } from 'onnxruntime-node';
import type { DecoderSessions } from './decoder-sessions.ts';
import type { CacheElement, CacheShape } from './kv-cache.ts';

/** What a usual export with past expects, read from its inputs. */
export interface StandardLayout {
  readonly shape: CacheShape;
  readonly element: CacheElement;
  /** Names of past inputs and of present outputs, key and value of each layer in turn. */
  readonly pasts: readonly string[];
  readonly presents: readonly string[];
  /** Inputs that only some exports have. */
  readonly optional: ReadonlySet<string>;
}

const OPTIONAL = ['attention_mask', 'position_ids', 'num_logits_to_keep', 'use_cache_branch'];

/**
 * Reads the layout from the session's own metadata.
 * @throws AssayError MODEL_UNSUPPORTED naming the input that does not fit
 */
export function readStandardLayout(sessions: DecoderSessions, fallback: CacheShape, file: string): StandardLayout {
  const outputs = new Set(sessions.outputNames);
  const inputs = sessions.inputs;
  const names = inputs.map(({ name }) => name);
  const keys = inputs.filter(({ name }) => /^past_key_values\.\d+\.key$/.test(name));
  const unknown = names.find(
    (name) => name !== 'input_ids' && !OPTIONAL.includes(name) && !/^past_key_values\.\d+\.(key|value)$/.test(name),
  );
  if (unknown !== undefined)
    throw unsupported(file, `the input ${unknown} is not known (it takes ${names.join(', ')})`);
  if (keys.length === 0 || !names.includes('input_ids'))
    throw unsupported(file, 'there are no past_key_values.N.key inputs');
  if (!outputs.has('logits')) throw unsupported(file, 'there is no logits output');
  const layers = Array.from({ length: keys.length }, (_, layer) => [`${layer}.key`, `${layer}.value`]).flat();
  const missing = layers.find((name) => !outputs.has(`present.${name}`) || !names.includes(`past_key_values.${name}`));
  if (missing !== undefined) throw unsupported(file, `past or present ${missing} is missing`);
  return {
    ...cacheLayout(keys, fallback, file),
    pasts: layers.map((name) => `past_key_values.${name}`),
    presents: layers.map((name) => `present.${name}`),
    optional: new Set(names.filter((name) => OPTIONAL.includes(name))),
  };
}

/**
 * Shape and type of the cache, from the metadata of its key inputs.
 * @throws AssayError MODEL_UNSUPPORTED when they are no keys of fp32 or fp16
 */
export function cacheLayout(
  keys: readonly InferenceSession.ValueMetadata[],
  fallback: CacheShape,
  file: string,
): Pick<StandardLayout, 'shape' | 'element'> {
  const first = keys[0]!;
  if (!first.isTensor || first.shape.length !== 4)
    throw unsupported(file, `${first.name} is not a tensor of four dimensions`);
  if (first.type !== 'float32' && first.type !== 'float16')
    throw unsupported(file, `${first.name} has the type ${first.type}, not float32 or float16`);
  const [, heads, , headSize] = first.shape;
  return {
    shape: {
      layers: keys.length,
      heads: typeof heads === 'number' ? heads : fallback.heads,
      headSize: typeof headSize === 'number' ? headSize : fallback.headSize,
    },
    element: first.type,
  };
}

/** The error for a graph that fits no layout. */
export function unsupported(file: string, what: string): AssayError {
  return new AssayError('MODEL_UNSUPPORTED', `the graph is no decoder that we can run: ${what}`, {
    at: { file },
    hint: 'docs/models.md lists the layouts; use an export with past key values (optimum, transformers.js, onnx-community)',
  });
}
