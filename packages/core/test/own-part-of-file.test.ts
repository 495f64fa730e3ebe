import { open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DataFile } from '../src/datasets/data-file.ts';
import type { RowBatch } from '../src/datasets/row-batch.ts';
import { spanOfRange } from '../src/datasets/row-selection.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ROWS = 30_000;
/** Every third line is blank: rows are no lines. */
const lines = Array.from({ length: ROWS }, (_, i) => `${JSON.stringify({ i, text: 'word '.repeat(30) })}\n`);
const text = `\uFEFF${lines.map((line, i) => (i % 3 === 2 ? `${line} \n` : line)).join('')}`;

async function pinned(): Promise<DataFile> {
  const path = join(temporaryFolder(), 'rows.jsonl');
  await writeFile(path, text);
  const file = await DataFile.open(path);
  await file.pin();
  return file;
}

/** The rows that were parsed, with their lines, by their number. */
async function parsed(batches: AsyncIterable<RowBatch>, from: number, to: number): Promise<[number, number][]> {
  const rows: [number, number][] = [];
  let at = 0;
  for await (const batch of batches) {
    for (let i = Math.max(0, from - at); i < Math.min(batch.count, to - at); i++)
      rows.push([Number(batch.record(i).i), batch.line(i)]);
    at += batch.count;
  }
  expect(at).toBe(ROWS);
  return rows;
}

const expected = (from: number, to: number): [number, number][] =>
  Array.from({ length: to - from }, (_, k) => [from + k, from + k + 1 + Math.floor((from + k) / 3)]);

test.each([
  [0, 10],
  [14_990, 15_010],
  [29_999, 30_000],
  [0, ROWS],
])('rows %d to %d are those of the whole file, with their lines', async (from, to) => {
  const file = await pinned();
  expect(await parsed(file.rows({ wanted: spanOfRange({ from, to }) }), from, to)).toEqual(expected(from, to));
});

test('what holds no wanted row is not read', async () => {
  const file = await pinned();
  const handle = await open(file.path, 'r+');
  await handle.write('damage', 100);
  await handle.close();
  const wanted = spanOfRange({ from: 20_000, to: 20_003 });
  expect(await parsed(file.rows({ wanted }), 20_000, 20_003)).toEqual(expected(20_000, 20_003));
  await expect(parsed(file.rows(), 20_000, 20_003)).rejects.toThrow('was changed while it was in use');
});

test('where a file is cut, and how many rows it has, is found while it is pinned', async () => {
  const file = await pinned();
  await rm(file.path);
  expect(await file.countRows()).toBe(ROWS);
  const ranges = await file.ranges(Math.ceil(file.bytes / 2 ** 20));
  expect(ranges.length).toBeGreaterThan(3);
  expect(ranges.reduce((sum, { rows }) => sum + rows, 0)).toBe(ROWS);
});
