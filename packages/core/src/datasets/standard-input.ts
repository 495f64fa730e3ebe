import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DatasetFormat } from '../config/schema/dataset-config.ts';
import { AssayError, type SourcePlace } from '../errors/assay-error.ts';
import { DATA_BUDGETS } from './data-budgets.ts';

/** A location that reads what is piped into the process. */
export const STANDARD_INPUT = '-';

export interface StandardInputOptions {
  /** Folder that keeps what was read: a run that is resumed, or reads twice, needs it again. */
  readonly folder: string;
  /** As the config states it. @default by the first characters: `{` JSON Lines, `[` JSON, anything else CSV */
  readonly format?: DatasetFormat | undefined;
  /** Bytes that may come. @default that of unpacked files */
  readonly limit?: number;
  readonly at?: SourcePlace | undefined;
}

const ENDINGS: Readonly<Record<DatasetFormat, string>> = {
  jsonlines: 'jsonl',
  json: 'json',
  csv: 'csv',
  parquet: 'parquet',
};

/**
 * Puts a stream into a file named by its digest, so that the same bytes are the same dataset.
 * @returns the file's path
 * @throws AssayError DATASET_EMPTY, DATASET_TOO_LARGE
 */
export async function readStandardInput(input: Readable, options: StandardInputOptions): Promise<string> {
  const { folder, format, limit = DATA_BUDGETS.unpackedBytes, at } = options;
  await mkdir(folder, { recursive: true });
  const draft = join(folder, `${randomBytes(6).toString('hex')}.tmp`);
  const digest = createHash('sha256');
  let bytes = 0;
  let head = '';
  const counted = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > limit) {
        throw new AssayError('DATASET_TOO_LARGE', `standard input has more than ${limit.toLocaleString('en')} bytes`, {
          at,
        });
      }
      if (head.length < 64) head = `${head}${chunk.toString('latin1', 0, 64)}`.trimStart();
      digest.update(chunk);
      yield chunk;
    }
  };
  try {
    await pipeline(input, counted, createWriteStream(draft, { mode: 0o600 }));
    if (bytes === 0) throw new AssayError('DATASET_EMPTY', 'standard input holds nothing', { at });
    const ending = ENDINGS[format ?? guessFormat(head)];
    const path = join(folder, `${digest.digest('hex').slice(0, 32)}.${ending}`);
    await rename(draft, path);
    return path;
  } catch (thrown) {
    await rm(draft, { force: true });
    throw thrown;
  }
}

function guessFormat(head: string): DatasetFormat {
  const start = head.replace(/^\u00ef\u00bb\u00bf/, '');
  if (start.startsWith('PAR1')) return 'parquet';
  return start.startsWith('{') ? 'jsonlines' : start.startsWith('[') ? 'json' : 'csv';
}

let once: Promise<string> | undefined;

/** What was piped into this process; it can be read only once, so everybody gets the same file. */
export function standardInputFile(options: StandardInputOptions): Promise<string> {
  once ??= readStandardInput(process.stdin, options);
  return once;
}
