import { closeSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { CacheArray } from '../layouts/cache-array.ts';
import { commonPrefixLength } from './common-prefix-length.ts';

/** A beginning that had to leave memory. */
export interface KeptPrefix {
  readonly tokens: Int32Array;
  /** Positions below are those of what it builds on. */
  readonly start: number;
}

interface ArrayKind {
  new (block: SharedArrayBuffer, start: number, length: number): CacheArray;
  readonly BYTES_PER_ELEMENT: number;
}

interface Kept extends KeptPrefix {
  readonly at: number;
  readonly bytes: number;
  readonly arrays: readonly { readonly Kind: ArrayKind; readonly length: number }[];
  readonly sum: number;
}

/** Why beginnings are no longer kept on the disk. */
export type DiskTrouble = 'full' | 'damaged';

export interface PrefixDiskOptions {
  readonly limitBytes: number;
  /** Where its file is; nothing of it outlives the process. */
  readonly folder: string;
  /** A state stands for all tokens at once: only the whole of a beginning is of use. */
  readonly onlyWhole: boolean;
  readonly onTrouble: (trouble: DiskTrouble) => void;
  /** Only tests give another file. */
  readonly open?: () => number;
}

/**
 * Keys and values that memory had no more room for, in one file that is written round and round: what was written first makes
 * room. What cannot be written or does not come back as it was is read by the model again.
 */
export class PrefixDisk {
  readonly #options: PrefixDiskOptions;
  /** In the order in which they were written. */
  readonly #kept: Kept[] = [];
  #file: number | undefined;
  #end = 0;
  #isGivenUp = false;

  constructor(options: PrefixDiskOptions) {
    this.#options = options;
  }

  /** Keeps what leaves memory, unless it is there already or larger than all that may be kept. */
  put({ tokens, start }: KeptPrefix, arrays: readonly CacheArray[]): void {
    const bytes = arrays.reduce((sum, array) => sum + array.byteLength, 0);
    const isThere = this.#kept.some((kept) => kept.start === start && isEqual(kept.tokens, tokens));
    if (this.#isGivenUp || isThere || bytes > this.#options.limitBytes) return;
    const at = this.#makeRoom(bytes);
    try {
      this.#file ??= this.#options.open?.() ?? this.#open();
      let sum = 0;
      let to = at;
      for (const array of arrays) {
        const part = bytesOf(array);
        for (let done = 0; done < part.length; )
          done += writeSync(this.#file, part, done, part.length - done, to + done);
        sum = crc32(part, sum);
        to += part.length;
      }
      const shapes = arrays.map((array) => ({ Kind: array.constructor as ArrayKind, length: array.length }));
      this.#kept.push({ tokens, start, at, bytes, arrays: shapes, sum });
      this.#end = to;
    } catch {
      this.#giveUp('full');
    }
  }

  /**
   * What goes on furthest with a sequence from where memory ends.
   * @param limit most tokens of the sequence
   * @param held tokens of it that memory holds
   */
  find(tokens: Int32Array, limit: number, held: number): (KeptPrefix & { readonly length: number }) | undefined {
    const within = tokens.subarray(0, limit);
    let best: Kept | undefined;
    let length = held;
    for (const kept of this.#kept) {
      if (kept.start > held) continue;
      const common = commonPrefixLength(within, kept.tokens);
      if (this.#options.onlyWhole && common < kept.tokens.length) continue;
      if (common > length) [best, length] = [kept, common];
    }
    return best === undefined ? undefined : { ...best, length };
  }

  /** @returns undefined for what is no longer as it was written: it is dropped */
  read(prefix: KeptPrefix): CacheArray[] | undefined {
    const kept = this.#kept.find(({ tokens, start }) => tokens === prefix.tokens && start === prefix.start);
    if (kept === undefined) return undefined;
    const sizes = kept.arrays.map(({ Kind, length }) => aligned(length * Kind.BYTES_PER_ELEMENT));
    const block = new SharedArrayBuffer(sizes.reduce((sum, size) => sum + size, 0));
    let sum = 0;
    let from = kept.at;
    let start = 0;
    try {
      const arrays = kept.arrays.map(({ Kind, length }) => {
        const array = new Kind(block, start, length);
        const part = bytesOf(array);
        for (let done = 0; done < part.length; ) {
          const count = readSync(this.#file!, part, done, part.length - done, from + done);
          if (count === 0) throw new RangeError('the file ends before');
          done += count;
        }
        sum = crc32(part, sum);
        from += part.length;
        start += aligned(part.length);
        return array;
      });
      if (sum === kept.sum) return arrays;
    } catch {
      // As a wrong sum.
    }
    this.#kept.splice(this.#kept.indexOf(kept), 1);
    this.#options.onTrouble('damaged');
    return undefined;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#kept.length = 0;
    this.#isGivenUp = true;
  }

  /** A name that is gone at once: however the process ends, nothing is left behind. */
  #open(): number {
    const { folder } = this.#options;
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${process.pid}-${nextFile++}`);
    const file = openSync(path, 'wx+', 0o600);
    rmSync(path, { force: true });
    return file;
  }

  /** @returns where so many bytes may be written */
  #makeRoom(bytes: number): number {
    const at = this.#end + bytes > this.#options.limitBytes ? 0 : this.#end;
    const isOver = (kept: Kept): boolean => kept.at < at + bytes && at < kept.at + kept.bytes;
    for (let i = this.#kept.length - 1; i >= 0; i--) if (isOver(this.#kept[i]!)) this.#kept.splice(i, 1);
    return at;
  }

  #giveUp(trouble: DiskTrouble): void {
    this.close();
    this.#options.onTrouble(trouble);
  }
}

let nextFile = 0;

function bytesOf(array: CacheArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** A number of bytes behind which an array of any element may begin. */
const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;

function isEqual(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && commonPrefixLength(a, b) === a.length;
}
