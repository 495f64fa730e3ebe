import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { planOf, right, runnerOf, samples, summaryText } from '../../test/made-up-run.ts';
import { orderRows } from '../datasets/row-order.ts';
import { readRun } from '../results/read-run.ts';
import type { Completion, Runner } from '../runner/runner.ts';
import { runFolder } from '../storage/run-folder.ts';
import { runEvaluation } from './run-evaluation.ts';
import type { PlannedStop, RunPlan } from './run-plan.ts';

let base: string;
const never = new AbortController().signal;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-stop-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

const order = orderRows(
  samples.map(({ index }) => index),
  7,
);
const places = new Map(order.rows.map((row, place) => [row, place]));

/** Rows that cannot be read, told when their turn comes. */
const BAD: ReadonlySet<number> = new Set([order.rows[3]!, order.rows[40]!, order.rows[590]!]);

function stopping(runner: Runner, rule: PlannedStop['rule'], changes: Partial<RunPlan> = {}): RunPlan {
  const stop: PlannedStop = {
    algorithm: 'matches',
    score: 'same',
    rule,
    confidence: 0.95,
    minSamples: 30,
    order,
    positionOf: (row) => places.get(row)!,
  };
  const plan = planOf(runner, { stop, ...changes });
  return {
    ...plan,
    dataset: {
      ...plan.dataset,
      async *samples(onBadRow) {
        for (const row of order.rows) {
          if (BAD.has(row)) onBadRow({ file: 'made-up', line: row, index: row, message: 'no row' });
          else yield samples[row]!;
        }
      },
    },
  };
}

/** Answers as many questions at a time, the last one first. */
function inBatches(size: number): Runner & { asked: number } {
  const runner = runnerOf(right);
  const inOrder = runner.generate.bind(runner);
  runner.generate = async function* (prompts, options) {
    let batch: Completion[] = [];
    for await (const completion of inOrder(prompts, options)) {
      batch.unshift(completion);
      if (batch.length < size) continue;
      yield* batch;
      batch = [];
    }
    yield* batch;
  };
  return runner;
}

const folderOf = (name: string) => join(base, name, 'run');

async function run(name: string, runner: Runner, rule: PlannedStop['rule'], changes: Partial<RunPlan> = {}) {
  const { summary } = await runEvaluation(stopping(runner, rule, changes), folderOf(name), {}, never);
  return { summary, stop: summary.models[0]!.stop!, text: await summaryText(folderOf(name)) };
}

const passes = (row: number) =>
  samples[row]!.features.target_output === `answer ${samples[row]!.features.model_input!.length % 3}`;

describe('a run that may end early', () => {
  test('asks no more once the interval is narrow enough, and reports what it knew then', async () => {
    const runner = inBatches(1);
    const { summary, stop } = await run('narrow', runner, { halfWidth: 0.1 });
    expect(stop.decided).toBe(true);
    expect(stop.samples).toBeGreaterThan(30);
    expect(stop.samples).toBeLessThan(300);
    const rows = order.rows.slice(0, places.get(stop.lastRow!)! + 1);
    expect(stop.saved).toBe(600 - rows.length);
    // At the decision four short windows are under way, at most.
    expect(runner.asked).toBeLessThanOrEqual(stop.samples + 4 * 32);
    const counted = rows.filter((row) => !BAD.has(row));
    const [same] = summary.scores.filter(({ score, category }) => score === 'same' && category === null);
    expect(same).toMatchObject({ n: counted.length, intervalMethod: 'sequence', confidence: 0.95 });
    expect(same!.value).toBeCloseTo(counted.filter(passes).length / counted.length, 12);
    expect((same!.interval![1] - same!.interval![0]) / 2).toBeLessThanOrEqual(0.1);
    expect(summary.models[0]!.states.scored).toBe(stop.samples);
    expect(summary.dataset).toMatchObject({ samples: stop.samples, badRows: rows.length - counted.length });
  });

  test('says on which side of the value the score lies', async () => {
    const { stop } = await run('above', inBatches(4), { decidedAgainst: 0.7 });
    expect(stop.reason).toMatch(/^matches\.same lies below 0\.7 \(0\.\d+ … 0\.\d+\) after \d+ samples$/);
  });

  test('asks every sample where nothing is decided, and still reports the interval of the sequence', async () => {
    const { summary, stop } = await run('undecided', inBatches(8), { halfWidth: 0.01 });
    expect(stop).toMatchObject({ decided: false, saved: 0, samples: 597 });
    expect(stop.reason).toContain('is not known to ± 0.01');
    expect(summary.scores[0]).toMatchObject({ n: 597, intervalMethod: 'sequence' });
    expect(summary.dataset.badRows).toBe(3);
  });

  test('gives no interval to a score without bounds: none would hold at a moment that the data chose', async () => {
    const { summary } = await run('unbounded', inBatches(1), { halfWidth: 0.1 });
    const length = summary.scores.find(({ score, category }) => score === 'length' && category === null)!;
    expect(length).toMatchObject({ interval: null, intervalMethod: null });
    expect(length.value).not.toBeNull();
  });

  test('never decides before its least number of samples', async () => {
    const patient = stopping(inBatches(1), { decidedAgainst: 0.99 });
    const plan = { ...patient, stop: { ...patient.stop!, minSamples: 120 } };
    const { summary } = await runEvaluation(plan, folderOf('patient'), {}, never);
    expect(summary.models[0]!.stop).toMatchObject({ decided: true, samples: 120 });
  });
});

describe('the same decision and the same summary, byte for byte', () => {
  const rule = { halfWidth: 0.08 };

  test('whatever the batch, cached or fresh', async () => {
    const cache = { folder: join(base, 'answers') };
    const { text } = await run('fresh', inBatches(1), rule, { cache });
    expect((await run('batched', inBatches(32), rule)).text).toBe(text);
    expect((await run('cached', inBatches(7), rule, { cache })).text).toBe(text);
  });

  test('after a kill at any byte', async () => {
    const { text } = await run('whole', inBatches(1), rule);
    await run('killed', inBatches(32), rule);
    const journal = join(folderOf('killed'), 'journal.jsonl');
    for (const share of [0.9, 0.5, 0.1]) {
      await truncate(journal, Math.floor((await readFile(journal)).length * share));
      expect((await run('killed', inBatches(5), rule)).text).toBe(text);
    }
  });

  test('a finished run resumes to itself without opening its model', async () => {
    const { text } = await run('finished', inBatches(32), rule);
    const open = async () => {
      throw new Error('opened');
    };
    const closed = stopping(inBatches(1), rule);
    const plan = { ...closed, models: [{ ...closed.models[0]!, open }] };
    await runEvaluation(plan, folderOf('finished'), {}, never);
    expect(await summaryText(folderOf('finished'))).toBe(text);
  });
});

test('each model ends on its own, and they are compared on the samples that both have', async () => {
  const wrong = runnerOf(({ id }) => ({ id, ok: true, text: 'no', finishReason: 'stop', elapsedMs: 1 }));
  const one = stopping(inBatches(4), { halfWidth: 0.05 });
  const models = [one.models[0]!, { ...one.models[0]!, name: 'two', open: async () => wrong }];
  const { summary } = await runEvaluation({ ...one, models }, folderOf('two'), {}, never);
  const [first, second] = summary.models.map(({ stop }) => stop!);
  expect(second!.samples).toBeLessThan(first!.samples);
  const same = summary.comparisons.find(({ score }) => score === 'same')!;
  // The last planned look that both have: a quarter fewer samples at most.
  expect(same.n).toBeLessThanOrEqual(second!.samples);
  expect(same.n).toBeGreaterThanOrEqual(Math.floor(second!.samples / 1.25));
  expect(same.test).toMatch(/^paired 0\/1, valid at an early stop: the look after \d+ of 59\d samples$/);
  // A difference as large as this is found after a sixth of the samples.
  expect(second!.samples).toBeLessThan(100);
  expect(same.verdict).toBe('worse');
  expect(summary.comparisons.map(({ score }) => score)).toEqual(['same', 'length']);
});

test('samples answered behind the decision are in no report', async () => {
  const { stop } = await run('excess', inBatches(32), { halfWidth: 0.1 });
  const { rows } = await readRun(runFolder(folderOf('excess')));
  let read = 0;
  for await (const { index } of rows) {
    read += 1;
    expect(places.get(index)!).toBeLessThanOrEqual(places.get(stop.lastRow!)!);
  }
  expect(read).toBe(stop.samples);
  const journal = await readFile(join(folderOf('excess'), 'journal.jsonl'), 'utf8');
  expect(journal.trim().split('\n').length - 1).toBeGreaterThan(read);
});

test('a run is not continued in another order', async () => {
  await run('ordered', inBatches(1), { halfWidth: 0.1 });
  const plan = stopping(inBatches(1), { halfWidth: 0.1 });
  const other = { ...plan, stop: { ...plan.stop!, order: orderRows(order.rows, 8) } };
  await expect(runEvaluation(other, folderOf('ordered'), {}, never)).rejects.toMatchObject({
    code: 'RUN_NOT_RESUMABLE',
    message: expect.stringContaining('the order of samples changed'),
  });
});
