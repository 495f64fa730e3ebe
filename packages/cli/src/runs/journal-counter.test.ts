import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { JournalCounter } from './journal-counter.ts';
import { RunningScores } from './running-scores.ts';

const line = (record: object): string => `${JSON.stringify({ ...record, crc: '00000000' })}\n`;
const cell = (category: string | null, n: number, sum: number) => ({
  label: 'qa',
  category,
  scores: [
    { name: 'f1', moments: { n, sum: [sum] } },
    { name: 'exact', moments: { n, sum: [0] } },
  ],
});
const part = (samples: number, n: number, sum: number) =>
  line({
    kind: 'range',
    model: 'outputs',
    first: 0,
    samples,
    accumulator: { cells: [cell(null, n, sum), cell('news', n, sum)] },
    part: 'a.parquet',
  });

test('samples in parts are counted by the lines that name them, and single ones beside them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-counter-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'journal.jsonl');
  await writeFile(file, line({ kind: 'run' }) + part(10, 8, 4));
  const counter = new JournalCounter(file, () => new RunningScores());
  expect(await counter.count()).toBe(10);
  expect(counter.tally.list()).toEqual([{ model: 'outputs', algorithm: 'qa', score: 'f1', n: 8, mean: 0.5 }]);
  const single = { kind: 'sample', model: 'outputs', sample: 99, outcomes: { qa: { scores: { f1: 1, exact: 1 } } } };
  await appendFile(file, part(2, 1, 1) + line(single));
  expect(await counter.count()).toBe(13);
  expect(counter.tally.list()).toEqual([{ model: 'outputs', algorithm: 'qa', score: 'f1', n: 10, mean: 0.6 }]);
});
