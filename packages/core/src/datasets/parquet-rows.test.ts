import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as hyparquet from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test, vi } from 'vitest';
import { datasetConfig } from '../config/schema/dataset-config.ts';
import { openDataset } from './open-dataset.ts';
import { readParquetRows, readParquetShape } from './parquet-rows.ts';
import type { RowBatch } from './row-batch.ts';
import { spanOfRows } from './row-selection.ts';

vi.mock('hyparquet', { spy: true });

const COUNT = 2_500;
const path = join(mkdtempSync(join(tmpdir(), 'assay-parquet-')), 'rows.parquet');
writeFileSync(
  path,
  Buffer.from(
    parquetWriteBuffer({
      columnData: [
        { name: 'q', data: Array.from({ length: COUNT }, (_, i) => `question ${i}`), type: 'STRING' },
        { name: 'n', data: Array.from({ length: COUNT }, (_, i) => BigInt(i)), type: 'INT64' },
        { name: 'flag', data: Array.from({ length: COUNT }, (_, i) => i % 2 === 0), type: 'BOOLEAN' },
        { name: 'choices', data: Array.from({ length: COUNT }, () => ['a', 'b']), type: 'JSON' },
      ],
      rowGroupSize: 1_000,
    }),
  ),
);

test('reads row group by row group, integers and booleans as JSON values', async () => {
  const counts: number[] = [];
  let last: unknown;
  for await (const batch of readParquetRows({ path })) {
    counts.push(batch.count);
    last = batch.record(batch.count - 1);
  }
  expect(counts).toEqual([1_000, 1_000, 500]);
  expect(last).toEqual({ q: 'question 2499', n: 2499, flag: false, choices: ['a', 'b'] });
  expect(await readParquetShape({ path })).toEqual({ columns: ['q', 'n', 'flag', 'choices'], rows: COUNT });
});

test('reads only the columns that are asked for', async () => {
  for await (const batch of readParquetRows({ path }, { columns: ['n', 'not there'] }))
    expect(batch.record(0)).toEqual({ n: expect.any(Number) });
});

test('a dataset of Parquet leaves out columns that nothing names', async () => {
  const config = datasetConfig.parse({
    input_data_location: path,
    model_input_key: 'q',
    choices_key: 'choices',
    limit: 1,
  });
  const read = async (options = {}) => {
    for await (const sample of (await openDataset(config, options)).samples()) return sample;
    return undefined;
  };
  expect(await read({ recordColumns: ['n'] })).toMatchObject({
    features: { model_input: 'question 0', choices: ['a', 'b'] },
    record: { q: 'question 0', choices: ['a', 'b'], n: 0 },
  });
  expect(Object.keys((await read({ recordColumns: [] }))?.record ?? {})).toEqual(['q', 'choices']);
  expect(Object.keys((await read())?.record ?? {})).toEqual(['q', 'n', 'flag', 'choices']);
});

test('row groups that hold no wanted row stay unread, and the others are read no further than needed', async () => {
  const read: [count: number, first: unknown][] = [];
  const wanted = spanOfRows([1_200, 1_203, 2_499]);
  for await (const batch of readParquetRows({ path }, { columns: ['n'], wanted }))
    read.push([batch.count, recordOf(batch)]);
  expect(read).toEqual([
    [1_000, 'unread'],
    [200, 'unread'],
    [4, { n: 1_200 }],
    [796, 'unread'],
    [499, 'unread'],
    [1, { n: 2_499 }],
  ]);
});

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

function recordOf(batch: RowBatch): unknown {
  try {
    return batch.record(0);
  } catch {
    return 'unread';
  }
}

test.each([
  ['a limit', { limit: 3 }],
  ['a range over two row groups', { limit: { from: 998, to: 1_002 } }],
  ['a draw', { sampleN: 40, seed: 3 }],
  ['rows to continue with', { rows: [0, 1_999, 2_000] }],
])('%s takes the same samples as reading all of them', async (_, options) => {
  const dataset = await openDataset(datasetConfig.parse({ input_data_location: [path, path], model_input_key: 'q' }), {
    recordColumns: ['n'],
  });
  const all = await collect(dataset.samples());
  const taken = await collect(dataset.samples(options));
  expect(taken.length).toBeGreaterThan(2);
  expect(taken).toEqual(taken.map(({ index }) => all[index]));
  expect(await collect(dataset.sampleBatches(options, 7))).toSatisfy(
    (batches) => JSON.stringify(batches.flat()) === JSON.stringify(taken),
  );
});

test('opening looks only into the columns that something leads to, and still names all of them', async () => {
  const config = datasetConfig.parse({ input_data_location: path, model_input_key: 'q' });
  const read = vi.mocked(hyparquet.parquetReadObjects).mockClear();
  const dataset = await openDataset(config, { recordColumns: ['n'] });
  expect(read.mock.calls.map(([{ columns, rowEnd }]) => [columns, rowEnd])).toEqual([[['q', 'choices', 'n'], 100]]);
  expect(dataset.columns()).toEqual(['q', 'n', 'flag', 'choices']);
});
