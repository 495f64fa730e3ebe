import { readSync } from 'node:fs';
import { BinaryReader } from '@bufbuild/protobuf/wire';

/** One field of a message that lies in a file. */
export interface FieldRange {
  readonly field: number;
  /** First byte of the tag. */
  readonly start: number;
  /** First byte of the content: behind the length where there is one. */
  readonly content: number;
  readonly end: number;
  /** Whether the content is length-delimited: a string, bytes or a message. */
  readonly delimited: boolean;
}

const WINDOW_BYTES = 1 << 16;
/** The longest tag with the longest varint after it. */
const HEAD_BYTES = 20;

/**
 * The fields of the message at `start … end` of an open file, without reading the contents, so that a model of many
 * gigabytes in one file costs a few kilobytes of memory.
 * @throws RangeError where a field runs beyond `end`
 */
export function* protoFields(fd: number, start: number, end: number): Generator<FieldRange> {
  const window = new Uint8Array(WINDOW_BYTES);
  let windowStart = start;
  let filled = 0;
  for (let at = start; at < end; ) {
    if (at < windowStart || at + HEAD_BYTES > windowStart + filled) {
      windowStart = at;
      filled = readSync(fd, window, 0, Math.min(WINDOW_BYTES, end - at), at);
    }
    const reader = new BinaryReader(window.subarray(at - windowStart, filled));
    const [field, wireType] = reader.tag();
    const delimited = wireType === 2;
    const length = delimited ? Number(reader.uint64()) : 0;
    const content = at + reader.pos;
    if (!delimited) reader.skip(wireType, field);
    const next = delimited ? content + length : at + reader.pos;
    if (next > end) throw new RangeError(`field ${field} at byte ${at} ends at ${next}, beyond ${end}`);
    yield { field, start: at, content, end: next, delimited };
    at = next;
  }
}

/** Bytes of a range of an open file. */
export function readRange(fd: number, start: number, end: number): Uint8Array {
  const bytes = new Uint8Array(end - start);
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(fd, bytes, done, bytes.length - done, start + done);
    if (read === 0) throw new RangeError(`the file ends at byte ${start + done}`);
    done += read;
  }
  return bytes;
}
