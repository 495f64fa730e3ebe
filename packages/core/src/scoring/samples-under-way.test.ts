import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { planOf, right, runnerOf, samples } from '../../test/made-up-run.ts';
import { runEvaluation } from '../engine/run-evaluation.ts';
import { Journal } from '../journal/journal.ts';
import type { SampleRecord } from '../journal/journal-record.ts';
import { StageClock } from '../results/stage-clock.ts';
import { SamplesUnderWay } from './samples-under-way.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-under-way-'));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true, force: true });
});

const record = (sample: number): SampleRecord => ({
  kind: 'sample',
  model: 'one',
  sample,
  digest: '',
  state: 'scored',
  outcomes: {},
});

/** A journal whose timer never fires, counting its commits. */
async function untimed(room: number) {
  let commits = 0;
  const onCommit = () => {
    commits += 1;
  };
  const journal = await Journal.open(join(folder, 'journal.jsonl'), undefined, { commitMs: 2 ** 31 - 1, onCommit });
  const underWay = new SamplesUnderWay({ journal, stages: new StageClock(), room: () => room });
  return { journal, underWay, commits: () => commits };
}

test('a reader without room, and the last samples, do not wait for the timer of the journal', async () => {
  const { journal, underWay } = await untimed(4);
  const finish = async (sample: number) => {
    await underWay.commit(record(sample));
    underWay.leave();
  };
  for (let sample = 0; sample < 10; sample += 1) {
    if (!underWay.hasRoom) await underWay.nextLeft();
    underWay.enter();
    void finish(sample);
  }
  underWay.enter();
  const last = finish(10);
  underWay.seal();
  await last;
  expect((await readFile(join(folder, 'journal.jsonl'), 'utf8')).match(/\n/g)).toHaveLength(11);
  await journal.close();
});

test('while most samples wait for the model, those that wait for the disk wait for the timer', async () => {
  const { journal, underWay, commits } = await untimed(4);
  for (let sample = 0; sample < 4; sample += 1) underWay.enter();
  void underWay.nextLeft();
  void underWay.commit(record(0));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(commits()).toBe(0);
  await underWay.commit(record(1));
  expect(commits()).toBe(1);
  await journal.close();
});

test('records that come while a commit is under way go to disk together', async () => {
  const { journal, commits } = await untimed(4);
  const all: Promise<void>[] = [];
  for (let sample = 0; sample < 50; sample += 1) {
    all.push(journal.append(record(sample)));
    journal.hurry();
  }
  await Promise.all(all);
  expect(commits()).toBe(2);
  await journal.close();
});

test('the run of a quick model ends without one tick of a timer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] });
  const { summary } = await runEvaluation(
    planOf(runnerOf(right)),
    join(folder, 'run'),
    {},
    new AbortController().signal,
  );
  expect(summary.models[0]!.states.scored).toBe(samples.length);
});
