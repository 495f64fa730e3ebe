import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import type { DatasetFormat } from '../config/schema/dataset-config.ts';

const ENDINGS: Readonly<Record<string, DatasetFormat>> = {
  jsonl: 'jsonlines',
  ndjson: 'jsonlines',
  jsonlines: 'jsonlines',
  json: 'json',
  csv: 'csv',
  tsv: 'csv',
  parquet: 'parquet',
};

/** Endings (without the dot, without .gz) that a folder is searched for. */
export const DATA_ENDINGS: readonly string[] = Object.keys(ENDINGS);

/** Format by the file's ending, `.gz` aside; undefined where the ending says nothing. */
export function formatOfFile(path: string): DatasetFormat | undefined {
  const ending = /\.([a-z]+)(?:\.gz)?$/i.exec(path)?.[1];
  return ending === undefined ? undefined : ENDINGS[ending.toLowerCase()];
}

export const isGzipped = (path: string): boolean => path.toLowerCase().endsWith('.gz');

const CHUNK_BYTES = 1 << 20;

/** The file's bytes from `start` to `end` (exclusive), unpacked where it is gzipped. */
export function readChunks(path: string, start = 0, end = Number.POSITIVE_INFINITY): AsyncIterable<Buffer> {
  const stream = createReadStream(path, { start, end: end - 1, highWaterMark: CHUNK_BYTES });
  if (!isGzipped(path)) return stream;
  const unpacked = createGunzip({ chunkSize: CHUNK_BYTES });
  stream.on('error', (error) => unpacked.destroy(error));
  unpacked.on('close', () => stream.destroy());
  return stream.pipe(unpacked);
}

/**
 * Calls back with a file's bytes from its start, unpacked where it is gzipped. A chunk is overwritten by the next: buffers of
 * their own would have the collector go through the whole heap for every few megabytes read.
 */
export async function scanChunks(path: string, onChunk: (chunk: Buffer) => void): Promise<void> {
  if (isGzipped(path)) for await (const chunk of readChunks(path)) onChunk(chunk);
  else await scanRaw(path, Number.POSITIVE_INFINITY, onChunk);
}

/** The same of the bytes as they lie on disk, up to `end` (exclusive). @returns how many there were */
export async function scanRaw(path: string, end: number, onChunk: (chunk: Buffer) => void): Promise<number> {
  const handle = await open(path);
  try {
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    let position = 0;
    while (position < end) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(CHUNK_BYTES, end - position), position);
      if (bytesRead === 0) break;
      onChunk(buffer.subarray(0, bytesRead));
      position += bytesRead;
    }
    return position;
  } finally {
    await handle.close();
  }
}
