import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Bytes that one checksum stands for: a range of a file reads at most one block too many at either end. */
export const BLOCK_BYTES: number = 2 ** 16;

/** CRC-32 of each block of a file, from some block on; plain data, made to be sent to a worker. */
export interface BlockSums {
  /** Of the whole file. */
  readonly bytes: number;
  /** Number of the block that `sums` begins with. */
  readonly firstBlock: number;
  readonly sums: Uint32Array;
}

/** Adds up the checksums of a file that is read from its start, in chunks of any size. */
export class BlockSummer {
  readonly #sums: number[] = [];
  #sum = 0;
  #bytes = 0;

  add(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const room = BLOCK_BYTES - (this.#bytes % BLOCK_BYTES);
      const part = chunk.subarray(at, at + room);
      this.#sum = crc32(part, this.#sum);
      this.#bytes += part.length;
      at += part.length;
      if (part.length === room) this.#close();
    }
  }

  end(): BlockSums {
    if (this.#bytes % BLOCK_BYTES > 0) this.#close();
    return { bytes: this.#bytes, firstBlock: 0, sums: Uint32Array.from(this.#sums) };
  }

  #close(): void {
    this.#sums.push(this.#sum);
    this.#sum = 0;
  }
}

/** Those of the blocks that a byte range touches. */
export function sumsOfRange({ bytes, firstBlock, sums }: BlockSums, start: number, end: number): BlockSums {
  const first = Math.floor(start / BLOCK_BYTES);
  const last = Math.ceil(end / BLOCK_BYTES);
  return { bytes, firstBlock: first, sums: sums.slice(first - firstBlock, last - firstBlock) };
}

/** Whether whole blocks are as they were; `position` is a multiple of a block. A block that was not summed counts as equal. */
export function matchesSums({ firstBlock, sums }: BlockSums, position: number, bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    const stated = sums[(position + at) / BLOCK_BYTES - firstBlock];
    if (stated !== undefined && stated !== crc32(bytes.subarray(at, at + BLOCK_BYTES))) return false;
  }
  return true;
}

/** Digest over the checksums of a file's blocks. */
export function digestOfSums({ sums }: BlockSums): string {
  return createHash('sha256')
    .update(new Uint8Array(sums.buffer, sums.byteOffset, sums.byteLength))
    .digest('hex');
}
