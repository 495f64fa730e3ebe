import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseStored, type StoredShape, storedShape } from '../storage/read-json.ts';
import { writeJsonFile } from '../storage/write-file.ts';
import { BLOCK_BYTES, type BlockSums } from './block-sums.ts';
import type { FileIdentity } from './file-identity.ts';
import type { LineRange } from './range-cutter.ts';

/** What one reading of all of a file finds. */
export interface FileReading {
  readonly sha256: string;
  readonly sums: BlockSums;
  /** Of JSON lines, which can be cut. */
  readonly cut?: readonly LineRange[] | undefined;
}

/** A smaller file is read in less time than its reading is kept. */
const SMALLEST_BYTES = 2 ** 26;
/** A file that was written to more recently may be written to again, at what its file system calls the same time. */
const SETTLED_MS = 10_000;
const MOST_KEPT = 32;

/**
 * Readings of large files, kept for the other shards of a run: of a file that is as it was, by inode, size and times,
 * these read their own rows alone. Each block that they read is held against its checksum all the same.
 */
export class KeptReadings {
  readonly #folder: string;
  readonly #smallest: number;
  readonly #settledMs: number;

  /** @param folder made where something is kept @param smallest bytes of a file whose reading is kept */
  constructor(folder: string, smallest: number = SMALLEST_BYTES, settledMs: number = SETTLED_MS) {
    this.#folder = folder;
    this.#smallest = smallest;
    this.#settledMs = settledMs;
  }

  /** @param parts into how many ranges the file is to be cut */
  async find(identity: FileIdentity, parts: number): Promise<FileReading | undefined> {
    if (identity.bytes < this.#smallest) return undefined;
    const file = this.#fileOf(identity);
    try {
      const kept = parseStored(file, await readFile(file, 'utf8'), keptReading, 'RUN_DAMAGED');
      return kept.mark === identity.mark && kept.parts === parts ? readingOf(kept) : undefined;
    } catch {
      // It was not read before, or what is kept of it cannot be read: the file itself can.
      return undefined;
    }
  }

  /** Best effort: without it the next shard reads the file itself. */
  async keep(identity: FileIdentity, parts: number, { sha256, sums, cut }: FileReading): Promise<void> {
    if (identity.bytes < this.#smallest || Date.now() - identity.changedAtMs < this.#settledMs) return;
    if (cut === undefined) return;
    const ranges = cut.flatMap(({ start, end, firstRow, firstLine, rows }) => [start, end, firstRow, firstLine, rows]);
    const kept: KeptReading = {
      format: 1,
      mark: identity.mark,
      bytes: identity.bytes,
      parts,
      sha256,
      sums: toText(sums.sums),
      ranges: toText(Float64Array.from(ranges)),
    };
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
      .then(() => this.#prune())
      .then(() => writeJsonFile(this.#fileOf(identity), kept))
      .catch(() => {});
  }

  #fileOf({ mark }: FileIdentity): string {
    return join(this.#folder, `${createHash('sha256').update(mark).digest('hex')}.json`);
  }

  async #prune(): Promise<void> {
    const files = (await readdir(this.#folder)).map((name) => join(this.#folder, name));
    if (files.length < MOST_KEPT) return;
    const aged = await Promise.all(files.map(async (file) => ({ file, at: (await stat(file)).mtimeMs })));
    aged.sort((a, b) => b.at - a.at);
    for (const { file } of aged.slice(MOST_KEPT - 1)) await rm(file, { force: true });
  }
}

interface KeptReading {
  readonly format: 1;
  readonly mark: string;
  readonly bytes: number;
  readonly parts: number;
  readonly sha256: string;
  /** CRC-32 of each block, in base64. */
  readonly sums: string;
  /** Five numbers a range, in base64. */
  readonly ranges: string;
}

const keptReading: StoredShape<KeptReading> = storedShape(() =>
  z.looseObject({
    format: z.literal(1),
    mark: z.string(),
    bytes: z.int().min(0),
    parts: z.int().min(0),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    sums: z.base64(),
    ranges: z.base64(),
  }),
);

/** @throws RangeError where a list is no list of such numbers */
function readingOf({ bytes, sha256, sums, ranges }: KeptReading): FileReading | undefined {
  const crcs = new Uint32Array(bytesOf(sums));
  const numbers = new Float64Array(bytesOf(ranges));
  if (crcs.length !== Math.ceil(bytes / BLOCK_BYTES) || numbers.length % 5 > 0) return undefined;
  const cut = Array.from({ length: numbers.length / 5 }, (_, i) => {
    const [start, end, firstRow, firstLine, rows] = numbers.subarray(5 * i, 5 * i + 5) as unknown as FiveNumbers;
    return { start, end, firstRow, firstLine, rows };
  });
  return { sha256, sums: { bytes, firstBlock: 0, sums: crcs }, cut };
}

type FiveNumbers = readonly [number, number, number, number, number];

const toText = ({ buffer, byteOffset, byteLength }: Uint32Array | Float64Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

const bytesOf = (text: string): ArrayBuffer => new Uint8Array(Buffer.from(text, 'base64')).buffer;
