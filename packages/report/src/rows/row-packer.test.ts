import type { SampleRow } from '@assay/core';
import { expect, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import type { PackedRow } from './page-data.ts';
import { RowPacker } from './row-packer.ts';

async function pack(rows: readonly SampleRow[]) {
  const chunks: PackedRow[][] = [];
  const packer = new RowPacker(makeRun({ samples: 2 }).summary, async (json) => {
    chunks.push(JSON.parse(json) as PackedRow[]);
  });
  for (const row of rows) await packer.add(row);
  return { index: await packer.finish(), chunks };
}

async function rowsOf(samples: number, alter?: (row: SampleRow) => SampleRow): Promise<SampleRow[]> {
  const rows: SampleRow[] = [];
  for await (const row of makeRun({ samples, ...(alter && { alter }) }).rows) rows.push(row);
  return rows;
}

test('every column has one entry a row, and every row its chunk', async () => {
  const rows = await rowsOf(1300);
  const { index, chunks } = await pack(rows);
  expect(index.rows).toBe(2600);
  for (const column of [index.model, index.state, index.category, index.sample, index.elapsedMs])
    expect(column).toHaveLength(2600);
  for (const { values } of index.scores) expect(values).toHaveLength(2600);
  expect(index.chunkStarts).toEqual([0, 1000, 2000]);
  expect(chunks.map((chunk) => chunk.length)).toEqual([1000, 1000, 600]);
  const at = 2345;
  expect(chunks[2]![at - 2000]!.input).toBe(rows[at]!.input);
  expect(index.models[index.model[at]!]).toBe(rows[at]!.model);
  expect(index.categories[index.category[at]!]).toBe(rows[at]!.category);
});

test('a row without a score has null in that column, also before its first and after its last value', async () => {
  const rows = await rowsOf(3);
  const only = rows.map((row, i) => ({ ...row, scores: i === 2 ? { 'late.score': 0.5 } : {} }) satisfies SampleRow);
  const { index } = await pack(only);
  expect(index.scores.map(({ key, better, values }) => [key, better, [...values!]])).toEqual([
    ['late.score', 'higher', [Number.NaN, Number.NaN, 0.5, Number.NaN, Number.NaN, Number.NaN]],
  ]);
});

test('long texts begin a new chunk early and are clipped', async () => {
  const rows = await rowsOf(60, (row) => ({ ...row, output: 'x'.repeat(5_000_000) }));
  const { index, chunks } = await pack(rows);
  expect(chunks.length).toBeGreaterThan(1);
  expect(index.chunkStarts).toHaveLength(chunks.length);
  expect(chunks[0]![0]!.output).toEqual(['x'.repeat(20_000), 5_000_000]);
});

test('an answer that took no time has none: it came from the cache', async () => {
  const times = [0, 0.2, 14.6, null];
  const rows = (await rowsOf(2)).map((row, i) => ({ ...row, elapsedMs: times[i]! }));
  expect([...(await pack(rows)).index.elapsedMs]).toEqual([Number.NaN, 1, 15, Number.NaN]);
});

test('what judges said stands with the row, each rubric row with its reason', async () => {
  const said = { by: 'small', holds: 'yes', said: ['yes', 'no'], sureness: 0.6, score: 0.5 };
  const remarks = {
    judge: [
      { ...said, about: 'is short', reason: 'One word.' },
      { ...said, said: ['yes', 'yes'] },
    ],
  };
  const rows = (await rowsOf(1)).map((row) => ({ ...row, variants: {}, remarks }));
  const [packed] = (await pack(rows)).chunks[0]!;
  expect(packed!.variants).toBeUndefined();
  expect(packed!.remarks).toEqual([
    { of: 'judge', ...said, about: 'is short', reason: 'One word.' },
    { of: 'judge', ...said, said: ['yes', 'yes'] },
  ]);
});
