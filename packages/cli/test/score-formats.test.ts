import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assayHere } from './assay-here.ts';

const KEYS = ['--target-output-key', 'answer', '--model-output-key', 'output'];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-score-formats-'));
  const rows = Array.from({ length: 40 }, (_, i) => ({ answer: `number ${i}`, output: `number ${i - (i % 2)}` }));
  await mkdir(join(folder, 'parts'));
  for (const part of [0, 1]) {
    const own = rows.slice(20 * part, 20 * part + 20);
    const columnData = (['answer', 'output'] as const).map((name) => ({
      name,
      data: own.map((row) => row[name]),
      type: 'STRING' as const,
    }));
    await writeFile(join(folder, 'parts', `${part}.parquet`), Buffer.from(parquetWriteBuffer({ columnData })));
    await writeFile(join(folder, 'parts', `${part}.jsonl`), own.map((row) => `${JSON.stringify(row)}\n`).join(''));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function score(files: readonly string[], args: readonly string[] = []) {
  const { code, stdout, stderr } = await assayHere(
    ['score', ...files, '--algorithms', 'qa_accuracy', ...KEYS, '--json', '--display', 'none', ...args],
    folder,
  );
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const { scores, models, dataset } = JSON.parse(stdout);
  return { scores, models, samples: dataset.samples };
}

test('Parquet files and a glob score as the same rows in JSONL, in one thread and in workers', async () => {
  const jsonl = await score(['parts/0.jsonl', 'parts/1.jsonl']);
  expect(jsonl.samples).toBe(40);
  expect(jsonl.scores).toContainEqual(expect.objectContaining({ score: 'exact_match_score', value: 0.5, n: 40 }));
  expect(await score(['parts/*.jsonl'])).toEqual(jsonl);
  expect(await score(['parts/0.parquet', 'parts/1.parquet'])).toEqual(jsonl);
  expect(await score(['parts/*.parquet'], ['--workers', '2'])).toEqual(jsonl);
});
