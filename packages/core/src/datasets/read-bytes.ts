import { type FileHandle, open } from 'node:fs/promises';
import { BLOCK_BYTES, type BlockSums, matchesSums } from './block-sums.ts';
import { datasetChanged } from './file-identity.ts';

/** A file's bytes; with `sums`, only those that it had when they were summed. */
export interface DataBytes {
  readonly path: string;
  readonly sums?: BlockSums | undefined;
  /** All of them, where they were read before; after a thread's copy no Buffer. */
  readonly held?: Uint8Array | undefined;
}

const CHUNK_BYTES = 1 << 20;

/**
 * Calls back with a file's bytes as they lie on disk, from `start` to `end` (exclusive). A chunk is overwritten by the next:
 * buffers of their own would have the collector go through the whole heap for every few megabytes read.
 * @throws AssayError DATASET_CHANGED where a block is not what was summed
 */
export async function scanBytes(
  data: DataBytes,
  onChunk: (chunk: Buffer) => void,
  start = 0,
  end: number = Number.POSITIVE_INFINITY,
): Promise<void> {
  if (data.held !== undefined) {
    const part = partOf(data.held, start, end);
    if (part.length > 0) onChunk(part);
    return;
  }
  const buffer = spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
  try {
    for await (const chunk of chunksOf(data, start, end, () => buffer)) onChunk(chunk);
  } finally {
    if (spare.length < MOST_SPARE) spare.push(buffer);
  }
}

/** Buffers of scans that are over: thousands of small files are scanned one after the other. */
const spare: Buffer[] = [];
const MOST_SPARE = 4;

/** The same bytes as chunks of about 1 MB that stay as they are. @throws AssayError DATASET_CHANGED */
export function readBytes(
  data: DataBytes,
  start = 0,
  end: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<Buffer, void> {
  return chunksOf(data, start, end, (bytes) => Buffer.allocUnsafeSlow(bytes));
}

/** Whole blocks are read, so that each can be held against its sum; what lies outside the range is cut off. */
async function* chunksOf(
  { path, sums, held }: DataBytes,
  start: number,
  end: number,
  nextBuffer: (bytes: number) => Buffer,
): AsyncGenerator<Buffer, void> {
  if (held !== undefined) {
    const part = partOf(held, start, end);
    if (part.length > 0) yield part;
    return;
  }
  const last = Math.min(end, sums?.bytes ?? end);
  const stop = sums === undefined ? last : Math.min(sums.bytes, Math.ceil(last / BLOCK_BYTES) * BLOCK_BYTES);
  let position = sums === undefined ? start : Math.floor(start / BLOCK_BYTES) * BLOCK_BYTES;
  if (position >= stop) return;
  const handle = await open(path).catch((cause: unknown) => {
    // What was summed was there.
    throw sums === undefined ? cause : datasetChanged(path);
  });
  try {
    // One byte more than there is: where that comes, the file has grown.
    const size = sums?.bytes ?? (await handle.stat()).size + 1;
    while (position < stop) {
      const wanted = Math.min(CHUNK_BYTES, stop - position, position < size ? size - position : CHUNK_BYTES);
      const chunk = await fill(handle, nextBuffer(wanted), position, wanted);
      const isShort = chunk.length < wanted;
      if (sums !== undefined && (isShort || !matchesSums(sums, position, chunk))) throw datasetChanged(path);
      if (chunk.length > 0) yield chunk.subarray(Math.max(0, start - position), Math.max(0, last - position));
      if (isShort) return;
      position += chunk.length;
    }
  } finally {
    await handle.close();
  }
}

/** As many bytes as asked for; fewer only where the file ends. */
async function fill(handle: FileHandle, buffer: Buffer, position: number, bytes: number): Promise<Buffer> {
  let filled = 0;
  while (filled < bytes) {
    const { bytesRead } = await handle.read(buffer, filled, bytes - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function partOf(held: Uint8Array, start: number, end: number): Buffer {
  return Buffer.from(held.buffer, held.byteOffset, held.length).subarray(start, end);
}
