import { readSync } from 'node:fs';

/** A tensor of a header; its offset counts from the start of the weights. */
export interface ListedTensor {
  readonly name: string;
  readonly type: number;
  /** Rows first. */
  readonly dims: readonly number[];
  readonly offset: number;
}

const MAGIC = 0x46554747;
const WINDOW_BYTES = 1 << 20;
/** Longest key, name or text: the longest chat templates are some ten thousand bytes. */
const LONGEST_TEXT = 16 * 2 ** 20;
/** The largest vocabularies have a quarter of a million tokens, and as many merges. */
const LONGEST_LIST = 4_000_000;
const MOST_KEYS = 65_536;
const MOST_TENSORS = 1_000_000;
const MOST_DIMS = 8;

/** Bytes of the values of a fixed size, by GGUF's number of their type. */
const SIZES: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
const TEXT = 8;
const LIST = 9;

/**
 * Reads the header of a GGUF file front to back through a window of it. Every count is held against the bytes that are
 * left, so that a lying one costs neither memory nor time.
 * @see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export class GgufReader {
  readonly #fd: number;
  readonly #size: number;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;
  #at = 0;

  constructor(fd: number, size: number) {
    this.#fd = fd;
    this.#size = size;
  }

  /** @throws RangeError where the bytes are no header */
  header(): { metadata: Map<string, unknown>; tensors: ListedTensor[]; dataOffset: number } {
    if (this.#uint32() !== MAGIC) throw new RangeError('it does not begin with GGUF');
    const version = this.#uint32();
    if (version !== 2 && version !== 3) throw new RangeError(`version ${version} is not known, or it is big-endian`);
    const tensorCount = this.#count(MOST_TENSORS, 24, 'tensors');
    const keyCount = this.#count(MOST_KEYS, 13, 'keys');
    const metadata = new Map<string, unknown>();
    for (let i = 0; i < keyCount; i++) {
      const key = this.#text();
      metadata.set(key, this.#value(this.#uint32(), key));
    }
    const tensors: ListedTensor[] = [];
    for (let i = 0; i < tensorCount; i++) tensors.push(this.#tensor());
    return { metadata, tensors, dataOffset: this.#at };
  }

  #tensor(): ListedTensor {
    const name = this.#text();
    const count = this.#uint32();
    if (count < 1 || count > MOST_DIMS) throw new RangeError(`${name} has ${count} dimensions`);
    const dims = Array.from({ length: count }, () => this.#uint64()).reverse();
    if (dims.some((dim) => dim === 0)) throw new RangeError(`${name} has a dimension of 0`);
    return { name, dims, type: this.#uint32(), offset: this.#uint64() };
  }

  #value(type: number, key: string): unknown {
    if (type !== LIST) return this.#single(type, key);
    const kind = this.#uint32();
    if (kind === LIST) throw new RangeError(`${key} is a list of lists`);
    const smallest = kind === TEXT ? 8 : (SIZES[kind] ?? 0);
    if (smallest === 0) throw new RangeError(`${key} holds the type ${kind}, which is not known`);
    const count = this.#count(LONGEST_LIST, smallest, key);
    const values: unknown[] = [];
    for (let i = 0; i < count; i++) values.push(this.#single(kind, key));
    return values;
  }

  #single(type: number, key: string): unknown {
    if (type === TEXT) return this.#text();
    const size = SIZES[type];
    if (size === undefined) throw new RangeError(`${key} has the type ${type}, which is not known`);
    const at = this.#take(size);
    const from = this.#window;
    switch (type) {
      case 0:
        return from.readUInt8(at);
      case 1:
        return from.readInt8(at);
      case 2:
        return from.readUInt16LE(at);
      case 3:
        return from.readInt16LE(at);
      case 4:
        return from.readUInt32LE(at);
      case 5:
        return from.readInt32LE(at);
      case 6:
        return from.readFloatLE(at);
      case 7:
        return from.readUInt8(at) !== 0;
      case 10:
        return Number(from.readBigUInt64LE(at));
      case 11:
        return Number(from.readBigInt64LE(at));
      default:
        return from.readDoubleLE(at);
    }
  }

  #text(): string {
    const length = this.#count(LONGEST_TEXT, 1, 'a text');
    const at = this.#take(length);
    return this.#window.toString('utf8', at, at + length);
  }

  /** A count whose entries have at least `smallest` bytes each. */
  #count(most: number, smallest: number, what: string): number {
    const count = this.#uint64();
    if (count <= most && count * smallest <= this.#size - this.#at) return count;
    throw new RangeError(`it would have ${count} entries of ${what}`);
  }

  #uint32(): number {
    const at = this.#take(4);
    return this.#window.readUInt32LE(at);
  }

  #uint64(): number {
    const at = this.#take(8);
    const value = Number(this.#window.readBigUInt64LE(at));
    if (Number.isSafeInteger(value)) return value;
    throw new RangeError(`a size of ${value} is too large`);
  }

  /** Steps over bytes. @returns where they begin in the window */
  #take(length: number): number {
    if (this.#at + length > this.#size) throw new RangeError(`it ends at byte ${this.#size}, within its header`);
    if (this.#at + length > this.#windowStart + this.#window.length) this.#fill(length);
    const at = this.#at - this.#windowStart;
    this.#at += length;
    return at;
  }

  #fill(length: number): void {
    const wanted = Math.min(Math.max(length, WINDOW_BYTES), this.#size - this.#at);
    const window = Buffer.allocUnsafe(wanted);
    for (let done = 0; done < wanted; ) {
      const read = readSync(this.#fd, window, done, wanted - done, this.#at + done);
      if (read === 0) throw new RangeError(`it ends at byte ${this.#at + done}`);
      done += read;
    }
    this.#window = window;
    this.#windowStart = this.#at;
  }
}
