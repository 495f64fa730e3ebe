import { appendFile, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from 'assay/internal';
import { expect, onTestFinished, test } from 'vitest';
import { JournalCounter } from './journal-counter.ts';
import { LiveTally } from './live-tally.ts';

/** Lines that a tally reads. */
const MOST = 200_000;

const bounded = { range: [0, 1], better: 'higher', kind: 'bounded', primary: true } as const;
const manifest = {
  models: [{ name: 'first' }, { name: 'the "second"' }],
  algorithms: [{ name: 'qa', signature: 'qa|v1', scores: { f1: bounded } }],
} as unknown as Manifest;

const line = (record: object): string => `${JSON.stringify({ ...record, crc: '00000000' })}\n`;
const sample = (model: string, at: number, f1: number, text = 'x') =>
  line({
    ...{ kind: 'sample', model, sample: at, digest: '00', state: 'scored', outcomes: { qa: { scores: { f1 } } } },
    outputs: { original: text },
  });

async function journal() {
  const folder = await mkdtemp(join(tmpdir(), 'assay-tally-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'journal.jsonl');
  return { file, counter: new JournalCounter(file, () => new LiveTally(manifest)) };
}

test('of more than 200,000 answers the later ones move the progress of their model and no figure', async () => {
  const { file, counter } = await journal();
  const handle = await open(file, 'w');
  for (let from = 0; from < MOST; from += 10_000)
    await handle.write(Array.from({ length: 10_000 }, (_, i) => sample('first', from + i, (from + i) % 2)).join(''));
  await handle.close();
  expect(await counter.count()).toBe(MOST);
  const before = counter.tally.scores();
  const [mean] = before[0]!.models;
  expect(mean).toMatchObject({ model: 0, n: MOST, mean: 0.5 });
  expect(mean!.interval![0]).toBeLessThan(0.5);
  expect(mean!.interval![1]).toBeGreaterThan(0.5);
  await appendFile(file, sample('the "second"', 7, 1, 'late') + sample('first', MOST, 1) + sample('unknown', 1, 1));
  expect(await counter.count()).toBe(MOST + 3);
  const { tally } = counter;
  expect(tally.isFull).toBe(true);
  expect(tally.models().map(({ done }) => done)).toEqual([MOST + 1, 1]);
  expect(tally.scores()).toEqual(before);
  expect(tally.samples).toBe(MOST);
  expect(tally.latest()[0]!.sample).toBe(MOST - 1);
});

test('samples in parts have their states and means, without an interval, beside samples of their own', async () => {
  const { file, counter } = await journal();
  const cell = (category: string | null, n: number, sum: number) => ({
    ...{ label: 'qa', category, aggregates: [], unscored: [] },
    scores: [
      { name: 'f1', moments: { n, sum: [sum] } },
      { name: 'other', moments: { n, sum: [0] } },
    ],
  });
  const part = line({
    ...{ kind: 'range', model: 'first', first: 0, samples: 10, badRows: [], part: 'a.parquet' },
    accumulator: { states: { scored: 8, unscored: 2, failed: 0 }, cells: [cell(null, 8, 4), cell('news', 8, 4)] },
  });
  await appendFile(file, part + sample('first', 11, 1));
  expect(await counter.count()).toBe(11);
  const { tally } = counter;
  expect(tally.models()[0]).toEqual({ done: 11, states: { scored: 9, unscored: 2 } });
  expect(tally.scores()).toEqual([
    { key: 'qa.f1', better: 'higher', range: [0, 1], models: [{ model: 0, n: 9, mean: 5 / 9, interval: null }] },
  ]);
  expect([tally.samples, tally.hasParts]).toEqual([11, true]);
});
