import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gatherScores, openRun, type RunView } from '@assay/core';
import { expect, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { writeInspectLog } from './write-inspect-log.ts';
import { writeLmEval } from './write-lm-eval.ts';

const run = () => makeRun({ models: ['A'], samples: 40, robustness: false });

async function scoresOf(view: RunView): Promise<Map<string, Readonly<Record<string, number>>>> {
  const [model] = [...(await gatherScores(view.rows)).values()];
  const of = (place: number) => [...model!.columns].map(([name, column]) => [name, column[place]!] as const);
  const known = (place: number) => of(place).filter(([, value]) => !Number.isNaN(value));
  return new Map([...model!.places].map(([key, place]) => [key, Object.fromEntries(known(place))]));
}

test('a run written as an Inspect log reads back with its samples and scores', async () => {
  const file = join(temporaryFolder(), 'log.json');
  await writeInspectLog(run(), file);
  const { view: read } = await (await openRun(file)).open();
  expect(await scoresOf(read)).toEqual(await scoresOf(run()));
  expect(read.summary.scores.filter(({ category }) => category === null).map(({ value }) => value)).toEqual(
    run()
      .summary.scores.filter(({ category, from }) => category === null && from === 'mean')
      .map(({ value }) => expect.closeTo(value!, 12)),
  );
});

test('a run written as lm-evaluation-harness’s output reads back with its samples and scores', async () => {
  const folder = temporaryFolder();
  await writeLmEval(run(), folder);
  const read = await scoresOf((await (await openRun(folder)).open()).view);
  const own = await scoresOf(run());
  expect([...read.keys()]).toEqual([...own.keys()]);
  for (const [key, scores] of own) {
    expect(Object.values(read.get(key)!)).toEqual(Object.values(scores));
  }
});

test('a change in one sample of an export is seen', async () => {
  const folder = temporaryFolder();
  const { files } = await writeLmEval(run(), folder);
  const samples = files.find((file) => file.endsWith('.jsonl'))!;
  const [first, ...rest] = readFileSync(samples, 'utf8').split('\n');
  const changed = { ...JSON.parse(first!), f1_score: 0.123 };
  writeFileSync(samples, [JSON.stringify(changed), ...rest].join('\n'));
  const read = await scoresOf((await (await openRun(dirname(samples))).open()).view);
  expect([...read.values()].filter((scores) => Object.values(scores).includes(0.123))).toHaveLength(1);
});
