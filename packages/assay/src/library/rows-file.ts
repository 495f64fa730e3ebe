import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AssayError } from '@assay/core';

/** Rows as a program has them: a list, or what yields them one by one. */
export type Rows = Iterable<object> | AsyncIterable<object>;

/**
 * Rows of a program on disk, named by their content: so a run over them can be resumed, cached and compared like any other,
 * and each model reads them again. One row is in memory at a time.
 * @returns the path of a JSON Lines file @throws AssayError DATASET_BAD_VALUE, DATASET_EMPTY
 */
export async function writeRows(rows: Rows, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const unfinished = join(folder, `.${randomUUID()}.jsonl`);
  const digest = createHash('sha256');
  let count = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const row of rows) {
      const line = `${rowText(row, count)}\n`;
      digest.update(line);
      count += 1;
      yield line;
    }
  }
  try {
    await pipeline(Readable.from(lines()), createWriteStream(unfinished, { mode: 0o600 }));
    if (count === 0) throw new AssayError('DATASET_EMPTY', 'the data has no rows', { hint: 'pass at least one row' });
    const file = join(folder, `${digest.digest('hex').slice(0, 16)}.jsonl`);
    await rename(unfinished, file);
    return file;
  } finally {
    await rm(unfinished, { force: true });
  }
}

function rowText(row: unknown, index: number): string {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw badRow(
      index,
      `is ${Array.isArray(row) ? 'a list' : row === null ? 'null' : `a ${typeof row}`}, not an object`,
    );
  try {
    return JSON.stringify(row);
  } catch (cause) {
    throw badRow(index, `cannot be written as JSON: ${(cause as Error).message.split('\n', 1)[0]}`);
  }
}

function badRow(index: number, why: string): AssayError {
  return new AssayError('DATASET_BAD_VALUE', `data[${index}] ${why}`, {
    hint: 'a row is an object such as { question: …, answer: … } of texts, numbers, booleans and lists',
  });
}
