import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { AssayError } from '@assay/core';
import { fromFloat16 } from '../../layouts/float16.ts';
import type { ByteBlocks } from '../export/weight-only.ts';
import { ELEMENT, fileTensor, madeTensor, type TensorSource, tensorBytes } from '../onnx/tensor-source.ts';
import type { GgufTensor } from './read-gguf.ts';

/**
 * Block formats of ggml that have an exact counterpart, with the bytes of a block and the weights in it.
 * @see https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h
 */
const FORMATS: Readonly<Record<number, { readonly name: string; readonly bytes: number; readonly weights: number }>> = {
  0: { name: 'F32', bytes: 4, weights: 1 },
  1: { name: 'F16', bytes: 2, weights: 1 },
  2: { name: 'Q4_0', bytes: 18, weights: 32 },
  3: { name: 'Q4_1', bytes: 20, weights: 32 },
  8: { name: 'Q8_0', bytes: 34, weights: 32 },
  14: { name: 'Q6_K', bytes: 210, weights: 256 },
  30: { name: 'BF16', bytes: 2, weights: 1 },
};

export type GgmlFormat = 'F32' | 'F16' | 'BF16' | 'Q4_0' | 'Q4_1' | 'Q8_0' | 'Q6_K';

/** @returns undefined for a format without a counterpart */
export function ggmlFormat(tensor: GgufTensor): GgmlFormat | undefined {
  return FORMATS[tensor.type]?.name as GgmlFormat | undefined;
}

/** The blocks of a tensor as they lie in the file. @throws AssayError MODEL_LOAD where the file ends before they do */
function blocksOf({ name, type, dims, file, offset }: GgufTensor): TensorSource {
  const { bytes, weights } = FORMATS[type]!;
  const count = dims.reduce((product, dim) => product * dim, 1);
  const byteLength = (count / weights) * bytes;
  if (Number.isInteger(byteLength) && offset + byteLength <= statSync(file).size) {
    return fileTensor(ELEMENT.uint8, dims, file, offset, byteLength);
  }
  throw new AssayError('MODEL_LOAD', `${basename(file)} ends before its tensor ${name} does`, {
    at: { file },
    hint: 'the file is damaged or half downloaded: fetch it again',
  });
}

/** F32, F16 or BF16 weights, untouched. */
export function plainTensor(tensor: GgufTensor): TensorSource {
  const type = { F32: ELEMENT.float, F16: ELEMENT.float16, BF16: ELEMENT.bfloat16 }[ggmlFormat(tensor) as 'F32'];
  const { pieces, byteLength } = blocksOf(tensor);
  return { type, dims: tensor.dims, byteLength, pieces };
}

/** Weights [N,K] as 4-bit numbers q with w = scale · (q - 8) + shift. */
export interface NibbleBlocks {
  readonly n: number;
  readonly k: number;
  /** uint8 [N, K/32, 16], the even weight in the low half */
  readonly nibbles: TensorSource;
  /** float16 [N, K/32] */
  readonly scales: TensorSource;
  /** float16 [N, K/32]: what is added to scale · q; absent in Q4_0 */
  readonly minimums?: TensorSource;
}

/** Q4_0 or Q4_1. */
export function nibbleBlocks(tensor: GgufTensor): NibbleBlocks {
  const [n, k] = tensor.dims as [number, number];
  const { bytes: size } = FORMATS[tensor.type]!;
  const hasMinimum = ggmlFormat(tensor) === 'Q4_1';
  const nibbles = madeTensor(ELEMENT.uint8, [n, k / 32, 16], (n * k) / 2, () => {
    const from = tensorBytes(blocksOf(tensor));
    const to = new Uint8Array((n * k) / 2);
    for (let block = 0; block * size < from.length; block++) {
      // A byte holds weights i and i + 16 of its block; the kernel wants neighbours.
      const start = (block + 1) * size - 16;
      for (let i = 0; i < 8; i++) {
        const [a, b] = [from[start + 2 * i]!, from[start + 2 * i + 1]!];
        to[block * 16 + i] = (a & 15) | ((b & 15) << 4);
        to[block * 16 + 8 + i] = (a >> 4) | (b & 240);
      }
    }
    return to;
  });
  const parts = { n, k, nibbles, scales: blockNumbers(tensor, 0) };
  return hasMinimum ? { ...parts, minimums: blockNumbers(tensor, 2) } : parts;
}

/** The half-precision number at a byte of each 32-weight block. */
function blockNumbers(tensor: GgufTensor, at: number): TensorSource {
  const [n, k] = tensor.dims as [number, number];
  const { bytes: size } = FORMATS[tensor.type]!;
  return madeTensor(ELEMENT.float16, [n, k / 32], (n * k) / 16, () => {
    const from = tensorBytes(blocksOf(tensor));
    return Uint16Array.from({ length: (n * k) / 32 }, (_, i) => from[i * size + at]! | (from[i * size + at + 1]! << 8));
  });
}

/** Q8_0 or Q6_K as unsigned bytes around 128. */
export function byteBlocks(tensor: GgufTensor): ByteBlocks {
  const [n, k] = tensor.dims as [number, number];
  if (ggmlFormat(tensor) === 'Q6_K') return sixBitBlocks(tensor, n, k);
  const bytes = madeTensor(ELEMENT.uint8, [n, k / 32, 32], n * k, () => {
    const from = tensorBytes(blocksOf(tensor));
    const to = new Uint8Array(n * k);
    for (let i = 0; i < to.length; i++) to[i] = from[(i >> 5) * 34 + 2 + (i & 31)]! ^ 128;
    return to;
  });
  return { n, k, block: 32, bytes, scales: blockNumbers(tensor, 0) };
}

/** Sixteen runs of 16 weights with a scale each; 6 bits of a weight lie as 4 and 2 in two places. */
function sixBitBlocks(tensor: GgufTensor, n: number, k: number): ByteBlocks {
  const bytes = madeTensor(ELEMENT.uint8, [n, k / 16, 16], n * k, () => {
    const from = tensorBytes(blocksOf(tensor));
    const to = new Uint8Array(n * k);
    for (let block = 0; block * 256 < to.length; block++) {
      for (let i = 0; i < 256; i++) {
        const half = i >> 7;
        const quarter = (i >> 5) & 3;
        const low = from[block * 210 + half * 64 + (quarter & 1) * 32 + (i & 31)]!;
        const high = from[block * 210 + 128 + half * 32 + (i & 31)]!;
        const q = ((quarter < 2 ? low : low >> 4) & 15) | (((high >> (2 * quarter)) & 3) << 4);
        to[block * 256 + i] = q - 32 + 128;
      }
    }
    return to;
  });
  const scales = madeTensor(ELEMENT.float, [n, k / 16], (n * k) / 4, () => {
    const from = tensorBytes(blocksOf(tensor));
    const out = new Float32Array((n * k) / 16);
    for (let i = 0; i < out.length; i++) {
      const start = (i >> 4) * 210;
      const whole = fromFloat16(Uint16Array.of(from[start + 208]! | (from[start + 209]! << 8)))[0]!;
      out[i] = whole * ((from[start + 192 + (i & 15)]! << 24) >> 24);
    }
    return out;
  });
  return { n, k, block: 16, bytes, scales };
}
