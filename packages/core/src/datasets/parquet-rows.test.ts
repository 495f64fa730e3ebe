import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { datasetConfig } from '../config/schema/dataset-config.ts';
import { openDataset } from './open-dataset.ts';
import { readParquetRows, readParquetShape } from './parquet-rows.ts';

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
  for await (const batch of readParquetRows(path)) {
    counts.push(batch.count);
    last = batch.record(batch.count - 1);
  }
  expect(counts).toEqual([1_000, 1_000, 500]);
  expect(last).toEqual({ q: 'question 2499', n: 2499, flag: false, choices: ['a', 'b'] });
  expect(await readParquetShape(path)).toEqual({ columns: ['q', 'n', 'flag', 'choices'], rows: COUNT });
});

test('reads only the columns that are asked for', async () => {
  for await (const batch of readParquetRows(path, ['n', 'not there']))
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
