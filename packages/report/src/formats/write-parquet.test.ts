import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { RunView } from '@assay/core';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import { pythonWith, runPython } from '../../test/support/python.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { SCORE_COLUMNS, type ScoreRow, scoreRowsOf } from './score-rows.ts';
import { writeParquet, writeParquetStore } from './write-parquet.ts';

async function expectedRows(run: RunView): Promise<ScoreRow[]> {
  const rows: ScoreRow[] = [];
  for await (const sample of run.rows) rows.push(...scoreRowsOf(run, sample));
  return rows;
}

test('every row reads back as it was', async () => {
  const file = join(temporaryFolder(), 'scores.parquet');
  await writeParquet(makeRun({ samples: 300 }), file);
  const buffer = await asyncBufferFromFile(file);
  expect(await parquetReadObjects({ file: buffer })).toEqual(await expectedRows(makeRun({ samples: 300 })));
  const { schema } = await parquetMetadataAsync(buffer);
  expect(schema.slice(1).map((column) => column.name)).toEqual(SCORE_COLUMNS);
  expect(schema.find((column) => column.name === 'value')).toMatchObject({
    type: 'DOUBLE',
    repetition_type: 'OPTIONAL',
  });
});

test('more rows than one group holds read back too', async () => {
  const file = join(temporaryFolder(), 'scores.parquet');
  const run = makeRun({ samples: 10_000, models: ['A'] });
  await writeParquet(run, file);
  const rows = await expectedRows(makeRun({ samples: 10_000, models: ['A'] }));
  expect(rows.length).toBeGreaterThan(50_000);
  const read = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
  expect(read).toHaveLength(rows.length);
  expect(read.at(-1)).toEqual(rows.at(-1));
});

test('a run without rows is a table without rows', async () => {
  const file = join(temporaryFolder(), 'scores.parquet');
  await writeParquet(makeRun({ samples: 0 }), file);
  expect(await parquetReadObjects({ file: await asyncBufferFromFile(file) })).toEqual([]);
});

test('the store has one part a dataset, model and run, which hold what their path does not say', async () => {
  const folder = temporaryFolder();
  const run = makeRun({ samples: 20, models: ['org/model A', 'B'] });
  const { files } = await writeParquetStore(run, folder);
  expect(files.map((file) => relative(folder, file))).toEqual([
    'dataset=general-knowledge/model=org%2Fmodel%20A/run=20261123T214512Z-3f9c/scores.parquet',
    'dataset=general-knowledge/model=B/run=20261123T214512Z-3f9c/scores.parquet',
  ]);
  const read = await parquetReadObjects({ file: await asyncBufferFromFile(files[1]!) });
  const rows = (await expectedRows(makeRun({ samples: 20, models: ['org/model A', 'B'] }))).filter(
    (row) => row.model === 'B',
  );
  expect(read).toEqual(rows.map(({ run: _, dataset: __, model: ___, ...row }) => row));
});

test('a run that breaks off leaves neither a table nor a piece of one', async () => {
  const folder = temporaryFolder();
  const alter = () => {
    throw new Error('broken row');
  };
  await expect(writeParquet(makeRun({ alter }), join(folder, 'scores.parquet'))).rejects.toThrow('broken row');
  expect(existsSync(folder) && readdirSync(folder)).toEqual([]);
});

const { python, missing } = pythonWith('duckdb');

test.skipIf(python === null)(`DuckDB reads the table and the store${missing && `: ${missing}`}`, async () => {
  const models = ['org/model A', 'B'];
  const folder = temporaryFolder();
  const file = join(folder, 'scores.parquet');
  const store = join(folder, 'store');
  const { summary } = makeRun({ models, samples: 200 });
  await writeParquet(makeRun({ models, samples: 200 }), file);
  await writeParquetStore(makeRun({ models, samples: 200 }), store);
  const printed = runPython(
    python!,
    `import duckdb, json, sys
means = "SELECT model, algorithm || '.' || score, avg(value), count(value), count(*) FROM {} WHERE score IS NOT NULL GROUP BY ALL ORDER BY ALL"
tables = [f"read_parquet('{sys.argv[1]}')", f"read_parquet('{sys.argv[2]}/**/*.parquet', hive_partitioning = true)"]
types = duckdb.sql(f"DESCRIBE SELECT * FROM {tables[0]}").fetchall()
part = duckdb.sql(f"SELECT DISTINCT dataset, run FROM {tables[1]}").fetchall()
print(json.dumps({"types": {row[0]: row[1] for row in types}, "part": part, "means": [duckdb.sql(means.format(t)).fetchall() for t in tables]}))`,
    file,
    store,
  );
  const { types, part, means } = JSON.parse(printed);
  expect(types).toMatchObject({ model: 'VARCHAR', value: 'DOUBLE' });
  expect(part).toEqual([['general-knowledge', '20261123T214512Z-3f9c']]);
  expect(means[1]).toEqual(means[0]);
  const overall = summary.scores.filter(({ category }) => category === null);
  expect(means[0]).toHaveLength(overall.length);
  for (const { model, algorithm, score, value, n } of overall) {
    const row = means[0].find((each: unknown[]) => each[0] === model && each[1] === `${algorithm}.${score}`);
    expect(row[2]).toBeCloseTo(value!, 12);
    expect(row[3]).toBe(n);
  }
});
