import { float16 } from '../../layouts/float16.ts';

/** What one block of a format holds; reused from block to block. */
export interface UnpackedBlock {
  /** Whole numbers of up to 256 weights. */
  readonly values: Int8Array;
  /** A factor for each run of weights. */
  readonly scales: Float32Array;
  /** What is taken away from each weight of a run; zeros in formats without. */
  readonly minimums: Float32Array;
}

/**
 * A block format of ggml as data: weight = scale · value - minimum, each product and difference rounded to fp32 as ggml
 * does.
 * @see https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h
 */
export interface BlockFormat {
  readonly name: string;
  /** ggml's number. */
  readonly type: number;
  /** Bytes of a block. */
  readonly bytes: number;
  /** Weights of a block. */
  readonly weights: number;
  /** Weights that share a scale; divides `weights`. */
  readonly run: number;
  /** Smallest and largest value. */
  readonly range: readonly [low: number, high: number];
  readonly hasMinimums: boolean;
  /** Reads the block that starts at byte `at`. */
  readonly unpack: (from: Uint8Array, at: number, to: UnpackedBlock) => void;
}

export function emptyBlock(): UnpackedBlock {
  return { values: new Int8Array(256), scales: new Float32Array(16), minimums: new Float32Array(16) };
}

/** The half-precision number at a byte. */
export function halfAt(from: Uint8Array, at: number): number {
  return float16(from[at]! | (from[at + 1]! << 8));
}

/** Weights of whole blocks as fp32, equal to ggml's own reference bit by bit. */
export function dequantise(format: BlockFormat, bytes: Uint8Array): Float32Array {
  const count = bytes.length / format.bytes;
  const weights = new Float32Array(count * format.weights);
  const block = emptyBlock();
  for (let b = 0; b < count; b++) {
    format.unpack(bytes, b * format.bytes, block);
    for (let i = 0; i < format.weights; i++) {
      const run = Math.floor(i / format.run);
      const product = Math.fround(block.scales[run]! * block.values[i]!);
      weights[b * format.weights + i] = format.hasMinimums ? product - block.minimums[run]! : product;
    }
  }
  return weights;
}
