import { Tensor } from 'onnxruntime-node';

/**
 * A half-precision tensor over its bits. Where the runtime has Float16Array (Node 24), onnxruntime-common wraps the bits
 * in one, which the native binding of 1.30.0 reads as empty: it is given the bits themselves.
 */
export function float16Tensor(bits: Uint16Array, dims: readonly number[]): Tensor {
  const tensor = new Tensor('float16', bits, dims);
  if (tensor.data !== bits) Object.assign(tensor, { cpuData: bits });
  return tensor;
}
