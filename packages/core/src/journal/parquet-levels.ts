import { pushVarint } from './thrift-writer.ts';

/** Bits that the numbers 0…most take, at least 1. */
export function bitWidth(most: number): number {
  return Math.max(1, 32 - Math.clz32(most));
}

/**
 * Small numbers by Parquet's hybrid of runs and packed bits: one run where all are the same, else all packed.
 * @param width bits of each, at most 24
 * @see https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */
export function packNumbers(values: ArrayLike<number>, count: number, width: number): Buffer {
  const head: number[] = [];
  const first = values[0] ?? 0;
  let same = 1;
  while (same < count && values[same] === first) same++;
  if (same >= count) {
    pushVarint(head, 2 * count);
    for (let bits = 0; bits < width; bits += 8) head.push((first >>> bits) & 255);
    return Buffer.from(head);
  }
  const groups = Math.ceil(count / 8);
  pushVarint(head, 2 * groups + 1);
  const packed = Buffer.alloc(head.length + groups * width);
  packed.set(head);
  let at = head.length;
  let held = 0;
  let bits = 0;
  for (let i = 0; i < count; i++) {
    held |= values[i]! << bits;
    bits += width;
    while (bits >= 8) {
      packed[at++] = held & 255;
      held >>>= 8;
      bits -= 8;
    }
  }
  if (bits > 0) packed[at] = held & 255;
  return packed;
}

/** The numbers again. @param at where they begin */
export function unpackNumbers(bytes: Uint8Array, start: number, count: number, width: number): Uint32Array {
  const values = new Uint32Array(count);
  let at = start;
  let head = 0;
  for (let shift = 1; ; shift *= 128) {
    const byte = bytes[at++]!;
    head += (byte & 127) * shift;
    if (byte < 128) break;
  }
  if (head % 2 === 0) {
    let value = 0;
    for (let bits = 0; bits < width; bits += 8) value |= bytes[at++]! << bits;
    return values.fill(value);
  }
  const mask = (1 << width) - 1;
  let held = 0;
  let bits = 0;
  for (let i = 0; i < count; i++) {
    while (bits < width) {
      held |= bytes[at++]! << bits;
      bits += 8;
    }
    values[i] = held & mask;
    held >>>= width;
    bits -= width;
  }
  return values;
}
