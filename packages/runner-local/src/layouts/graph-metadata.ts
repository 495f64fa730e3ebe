import { AssayError } from '@assay/core/errors';
import type { InferenceSession } from 'onnxruntime-node';
import type { CacheElement } from './cache-array.ts';

/** @throws AssayError MODEL_UNSUPPORTED for another type than fp32 or fp16 */
export function elementOf(input: InferenceSession.ValueMetadata, file: string): CacheElement {
  if (input.isTensor && (input.type === 'float32' || input.type === 'float16')) return input.type;
  const type = input.isTensor ? input.type : 'no tensor';
  throw unsupported(file, `${input.name} has the type ${type}, not float32 or float16`);
}

/** The error for a graph that fits no layout. */
export function unsupported(file: string, what: string): AssayError {
  return new AssayError('MODEL_UNSUPPORTED', `the graph is no decoder that we can run: ${what}`, {
    at: { file },
    hint: 'docs/models.md lists the layouts; use an export with past key values (optimum, transformers.js, onnx-community)',
  });
}
