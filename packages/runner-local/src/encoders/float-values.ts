import type { Tensor } from 'onnxruntime-node';

/**
 * A tensor's values as 32-bit floats; half precision is widened exactly.
 * @throws TypeError for a tensor that holds no floats
 */
export function floatValues(tensor: Tensor): Float32Array {
  if (tensor.type === 'float32') return tensor.data as Float32Array;
  if (tensor.type === 'float16') {
    const data = tensor.data as unknown as ArrayLike<number> & { readonly buffer?: ArrayBufferLike };
    // Newer runtimes hand out Float16Array (already numbers), older ones the raw 16 bits.
    return data instanceof Uint16Array ? Float32Array.from(data, halfToFloat) : Float32Array.from(data);
  }
  if (tensor.type === 'float64') return Float32Array.from(tensor.data as Float64Array);
  throw new TypeError(`a tensor of ${tensor.type} holds no floats`);
}

/** IEEE 754 binary16 to a number. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
