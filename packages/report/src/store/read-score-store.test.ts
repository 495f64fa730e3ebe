import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { writeParquetStore } from '../formats/write-parquet.ts';
import { isScoreStore, readScoreStore } from './read-score-store.ts';
import { readWithHyparquet } from './read-with-hyparquet.ts';

const MODELS = ["org/it's [A]", 'B'];

async function store(): Promise<{ readonly folder: string; readonly files: readonly string[] }> {
  const folder = join(temporaryFolder(), 'scores');
  const { files } = await writeParquetStore(makeRun({ models: MODELS, samples: 200 }), folder);
  return { folder, files };
}

test('a store adds up to what the run said', async () => {
  const { folder } = await store();
  const { scores } = await readScoreStore(folder);
  const { summary } = makeRun({ models: MODELS, samples: 200 });
  const overall = summary.scores.filter(({ category }) => category === null);
  expect(scores).toHaveLength(overall.length);
  for (const { model, algorithm, score, value, n, spec } of overall) {
    const found = scores.find((each) => each.model === model && each.algorithm === algorithm && each.score === score)!;
    expect([found.dataset, found.run, found.n]).toEqual(['general-knowledge', '20261123T214512Z-3f9c', n]);
    expect(found.mean).toBeCloseTo(value!, 12);
    if (spec.kind === 'binary') expect(found.isBinary).toBe(true);
  }
});

test('DuckDB and the plain reader agree', async () => {
  const { folder, files } = await store();
  const { scores, reader } = await readScoreStore(folder);
  expect(reader).toBe('duckdb');
  const plain = await readWithHyparquet(files);
  expect(plain.map(({ mean: _, deviation: __, ...rest }) => rest)).toEqual(
    scores.map(({ mean: _, deviation: __, ...rest }) => rest),
  );
  for (const [at, { mean, deviation }] of plain.entries()) {
    expect(mean).toBeCloseTo(scores[at]!.mean, 12);
    expect(deviation!).toBeCloseTo(scores[at]!.deviation!, 12);
  }
});

test('a folder without partitions is no store', async () => {
  const { folder } = await store();
  expect(await isScoreStore(folder)).toBe(true);
  expect(await isScoreStore(join(folder, readdirSync(folder)[0]!))).toBe(false);
  expect(await isScoreStore(join(folder, 'nowhere'))).toBe(false);
});
