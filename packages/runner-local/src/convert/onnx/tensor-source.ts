import { closeSync, openSync, readSync } from 'node:fs';

/** ONNX's numbers of the element types that the converter meets. */
export const ELEMENT = {
  float: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  double: 11,
  bfloat16: 16,
  uint4: 21,
} as const;

/** A weight whose bytes are fetched only when they are written, a piece at a time. */
export interface TensorSource {
  /** One of `ELEMENT`, or another of ONNX's numbers. */
  readonly type: number;
  readonly dims: readonly number[];
  /** Little-endian bytes in all. */
  readonly byteLength: number;
  /** The bytes in order, in pieces of a few megabytes at most where they come from a file. */
  pieces(): Iterable<Uint8Array>;
}

const PIECE_BYTES = 4 * 2 ** 20;

/** Bytes `offset` to `offset + byteLength` of a file. */
export function fileTensor(
  type: number,
  dims: readonly number[],
  file: string,
  offset: number,
  byteLength: number,
): TensorSource {
  return {
    type,
    dims,
    byteLength,
    *pieces() {
      const fd = openSync(file, 'r');
      try {
        for (let done = 0; done < byteLength; ) {
          const piece = new Uint8Array(Math.min(PIECE_BYTES, byteLength - done));
          const read = readSync(fd, piece, 0, piece.length, offset + done);
          if (read === 0) throw new RangeError(`${file} ends at ${offset + done} bytes`);
          done += read;
          yield piece.subarray(0, read);
        }
      } finally {
        closeSync(fd);
      }
    },
  };
}

/** A tensor over bytes in memory. */
export function memoryTensor(type: number, dims: readonly number[], bytes: ArrayBufferView): TensorSource {
  const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { type, dims, byteLength: view.length, pieces: () => [view] };
}

/** A tensor that is computed when it is written, and dropped afterwards. */
export function madeTensor(
  type: number,
  dims: readonly number[],
  byteLength: number,
  make: () => ArrayBufferView,
): TensorSource {
  return {
    type,
    dims,
    byteLength,
    *pieces() {
      const made = make();
      if (made.byteLength !== byteLength)
        throw new RangeError(`made ${made.byteLength} bytes instead of ${byteLength}`);
      yield new Uint8Array(made.buffer, made.byteOffset, made.byteLength);
    },
  };
}

/** All bytes of a tensor, in memory of their own (aligned for any typed array). */
export function tensorBytes(tensor: TensorSource): Uint8Array {
  const all = new Uint8Array(tensor.byteLength);
  let at = 0;
  for (const piece of tensor.pieces()) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
