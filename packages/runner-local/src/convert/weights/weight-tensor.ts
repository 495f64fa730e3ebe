import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { AssayError } from '@assay/core';
import { BLOCK_FORMATS, PLAIN_FORMATS } from '../blocks/block-formats.ts';
import { ELEMENT, fileTensor, type TensorSource } from '../onnx/tensor-source.ts';

/** A weight in a file, GGUF or safetensors: what llama.cpp calls it, its format, and where its bytes lie. */
export interface WeightTensor {
  readonly name: string;
  /** ggml's number of the format. */
  readonly type: number;
  /** Rows first: [out,in] for a matrix. */
  readonly dims: readonly number[];
  readonly file: string;
  readonly offset: number;
}

/** The bytes of a weight as they lie in the file. @throws AssayError MODEL_LOAD where the file ends before they do */
export function weightBytes({ name, type, dims, file, offset }: WeightTensor): TensorSource {
  const { bytes, weights } = BLOCK_FORMATS.get(type) ?? { ...PLAIN_FORMATS.get(type)!, weights: 1 };
  const count = dims.reduce((product, dim) => product * dim, 1);
  const byteLength = (count / weights) * bytes;
  const isWhole = Number.isInteger((dims.at(-1) ?? 1) / weights) && Number.isSafeInteger(byteLength);
  if (isWhole && offset + byteLength <= statSync(file).size) {
    return fileTensor(ELEMENT.uint8, dims, file, offset, byteLength);
  }
  throw new AssayError('MODEL_LOAD', `${basename(file)} ends before its tensor ${name} does`, {
    at: { file },
    hint: 'the file is damaged or half downloaded: fetch it again',
  });
}

/** F32, F16 or BF16 weights, untouched. */
export function plainTensor(tensor: WeightTensor): TensorSource {
  const { name } = PLAIN_FORMATS.get(tensor.type)!;
  const type = { F32: ELEMENT.float, F16: ELEMENT.float16, BF16: ELEMENT.bfloat16 }[name];
  const { pieces, byteLength } = weightBytes(tensor);
  return { type, dims: tensor.dims, byteLength, pieces };
}
