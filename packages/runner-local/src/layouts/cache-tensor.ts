import { Tensor } from 'onnxruntime-node';
import type { CacheArray } from './cache-array.ts';
import { fromFloat16 } from './float16.ts';
import { float16Tensor } from './float16-tensor.ts';

/** A tensor over cache elements: fp32, the bits of fp16, or eight bits. */
export function cacheTensor(data: CacheArray, dims: readonly number[]): Tensor {
  if (data instanceof Int8Array) return new Tensor('int8', data, dims);
  return data instanceof Uint16Array ? float16Tensor(data, dims) : new Tensor('float32', data, dims);
}

/** The elements of an fp32 or fp16 tensor. fp16 comes as Uint16Array or, in newer Node, as Float16Array. */
export function cacheElements(tensor: Tensor): Float32Array | Uint16Array {
  const data = tensor.data as Float32Array;
  return tensor.type === 'float32' ? data : new Uint16Array(data.buffer, data.byteOffset, data.length);
}

/** The same as numbers. */
export function floatsOf(tensor: Tensor): Float32Array {
  const elements = cacheElements(tensor);
  return elements instanceof Uint16Array ? fromFloat16(elements) : elements;
}
