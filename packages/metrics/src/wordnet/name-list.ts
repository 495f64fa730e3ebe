import type { ByteReader } from './byte-reader.ts';

const blockSize = 16;

/**
 * A sorted list of ASCII names that stays in its bytes: each name is the length it shares with the one before, the length of
 * the rest, and the rest; every sixteenth is whole, and its place known. Sorted by lower case, then by code unit.
 */
export class NameList {
  readonly length: number;
  readonly #bytes: Uint8Array;
  readonly #blocks: Int32Array;
  /** Code units of the name read last. */
  readonly #units: Uint8Array = new Uint8Array(256);
  #unitCount = 0;

  /** Reads a list and leaves the reader behind it. */
  constructor(reader: ByteReader) {
    this.#bytes = reader.bytes;
    this.length = reader.varint();
    this.#blocks = new Int32Array(Math.ceil(this.length / blockSize));
    for (let id = 0; id < this.length; id++) {
      if (id % blockSize === 0) this.#blocks[id / blockSize] = reader.position;
      reader.varint();
      const rest = reader.varint();
      reader.position += rest;
    }
  }

  /** The name with this id, 0 ≤ id < length. */
  name(id: number): string {
    let at = this.#blocks[Math.floor(id / blockSize)]!;
    for (let left = id % blockSize; left >= 0; left--) at = this.#read(at);
    return String.fromCharCode(...this.#units.subarray(0, this.#unitCount));
  }

  /** Ids of the names that are `key` (in lower case) but for case: from, inclusive, to, exclusive. */
  range(key: string): readonly [from: number, to: number] {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      this.#read(this.#blocks[middle]!);
      if (this.#compare(key) < 0) low = middle + 1;
      else high = middle;
    }
    // The key's names begin in the block before the first whose first name is not below the key.
    const block = Math.max(0, low - 1);
    let at = this.#blocks[block] ?? 0;
    let id = block * blockSize;
    let from = -1;
    for (; id < this.length; id++) {
      at = this.#read(at);
      const order = this.#compare(key);
      if (order === 0 && from < 0) from = id;
      if (order > 0) break;
    }
    return from < 0 ? [id, id] : [from, id];
  }

  /** Reads the name at `at` over the one before and returns where the next begins. */
  #read(at: number): number {
    const bytes = this.#bytes;
    const shared = bytes[at]!;
    const rest = bytes[at + 1]!;
    for (let i = 0; i < rest; i++) this.#units[shared + i] = bytes[at + 2 + i]!;
    this.#unitCount = shared + rest;
    return at + 2 + rest;
  }

  /** Order of the name read last, in lower case, against the key. */
  #compare(key: string): number {
    const length = Math.min(this.#unitCount, key.length);
    for (let i = 0; i < length; i++) {
      const unit = this.#units[i]!;
      const lower = unit >= 65 && unit <= 90 ? unit + 32 : unit;
      const difference = lower - key.charCodeAt(i);
      if (difference !== 0) return difference;
    }
    return this.#unitCount - key.length;
  }
}
