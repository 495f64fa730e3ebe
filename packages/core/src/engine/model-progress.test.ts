import { expect, test } from 'vitest';
import { matches } from '../../test/made-up-run.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import { AssayError } from '../errors/assay-error.ts';
import type { RangeRecord, SampleRecord } from '../journal/journal-record.ts';
import { Accumulator } from '../results/accumulator.ts';
import { SAMPLE_STATES, type SampleState } from '../samples/sample-state.ts';
import { modelFailure, skipRest } from './model-failure.ts';
import { ModelProgress } from './model-progress.ts';
import type { PlannedStop, RunPlan } from './run-plan.ts';
import { summariseRun } from './summarise-run.ts';

const instances = [instantiateAlgorithm('matches', matches, {})];

function record(sample: number, state: SampleState = 'scored', changes: Partial<SampleRecord> = {}): SampleRecord {
  const outcome = state === 'scored' ? { scores: { same: 1, length: 2 } } : { unscored: state };
  return {
    ...{ kind: 'sample', model: 'm', sample, digest: `${sample}`, state, outcomes: { matches: outcome } },
    ...{ elapsedMs: 10, newTokens: 4 },
    ...changes,
  };
}

function range(first: number, samples: number): RangeRecord {
  const accumulator = new Accumulator(instances);
  for (let at = 0; at < samples; at += 1) accumulator.add(record(first + at));
  const data = JSON.parse(JSON.stringify(accumulator.toJSON()));
  return { ...{ kind: 'range', model: 'm', first, samples, accumulator: data, badRows: [], bytes: 0 }, checksum: 0 };
}

const answer = (text: string) => ({ kind: 'generate', text, elapsedMs: 1 }) as const;
const kept = (sample: number, ask: string, text = ask) =>
  ({ kind: 'answer', model: 'm', sample, ask, answer: answer(text) }) as const;

test('a sample counts once; answers that waited for it go', () => {
  const progress = new ModelProgress(instances);
  progress.addAnswer(kept(3, 'a'));
  progress.addAnswer(kept(3, 'b'));
  progress.addAnswer(kept(5, 'a', 'other'));
  expect([progress.answer(3, 'a'), progress.answer(5, 'a'), progress.answer(5, 'b')]).toEqual([
    ...[answer('a'), answer('other'), undefined],
  ]);
  expect([progress.samples, progress.isDone(3)]).toEqual([0, false]);
  progress.add(record(3));
  progress.add(record(3));
  expect([progress.samples, progress.isDone(3), progress.isDone(5)]).toEqual([1, true, false]);
  expect(progress.accumulator.cell.states.scored).toBe(1);
  expect(progress.answer(3, 'a')).toBeUndefined();
  progress.addAnswer(kept(3, 'c'));
  expect(progress.answer(3, 'c')).toBeUndefined();
  expect([progress.records, progress.answers]).toEqual([6, 4]);
  expect(progress.latencies.summary().mean).toBe(10);
});

test('a range counts once, with its samples', () => {
  const progress = new ModelProgress(instances);
  progress.addRange(range(10, 3));
  progress.addRange(range(10, 3));
  progress.addRange(range(20, 2));
  expect([progress.samples, progress.records]).toEqual([5, 3]);
  expect([progress.isRangeDone(10), progress.isRangeDone(11), progress.isRangeDone(20)]).toEqual([true, false, true]);
  expect(progress.accumulator.cell.states.scored).toBe(5);
});

test('failures are samples that failed and that timed out', () => {
  const progress = new ModelProgress(instances);
  for (const [at, state] of SAMPLE_STATES.entries()) progress.add(record(at, state));
  for (const at of [100, 101]) progress.add(record(at, 'timed_out'));
  expect(progress.failures).toBe(4);
});

test('a checkpoint holds all of it, and what it holds has been counted before', () => {
  const progress = new ModelProgress(instances);
  for (const at of [1, 2, 3, 9]) progress.add(record(at, at === 2 ? 'failed' : 'scored'));
  progress.addRange(range(20, 4));
  progress.addAnswer(kept(5, 'a'));
  progress.addAnswer(kept(5, 'b'));
  const data = JSON.parse(JSON.stringify(progress.toJSON()));
  expect(data).toMatchObject({
    done: [1, 3, 9, 1],
    ranges: [20],
    rangedSamples: 4,
    answers: [
      [5, 'a', answer('a')],
      [5, 'b', answer('b')],
    ],
  });
  const restored = new ModelProgress(instances);
  restored.restore(data);
  expect([restored.samples, restored.failures, restored.records]).toEqual([8, 1, 0]);
  expect([1, 4, 9].map((at) => restored.isDone(at))).toEqual([true, false, true]);
  expect([restored.isRangeDone(20), restored.answer(5, 'b')]).toEqual([true, answer('b')]);
  expect(restored.latencies.summary()).toEqual(progress.latencies.summary());
  expect(JSON.parse(JSON.stringify(restored.toJSON()))).toEqual(data);
  restored.add(record(1));
  restored.addRange(range(20, 4));
  expect([restored.samples, restored.accumulator.cell.states.scored]).toEqual([8, 7]);
});

const stopOf = (rows: readonly number[]): PlannedStop => ({
  ...{ algorithm: 'matches', score: 'same', rule: { halfWidth: 0.3 }, confidence: 0.95, minSamples: 2 },
  order: { rows, seed: 9, sha256: 'x' } as unknown as PlannedStop['order'],
  positionOf: (row) => rows.indexOf(row),
});

test('a failure that waits for its place in the order counts as one already', () => {
  const progress = new ModelProgress(instances, stopOf([0, 1, 2, 3]));
  progress.add(record(2, 'failed'));
  expect([progress.failures, progress.accumulator.cell.states.failed]).toEqual([1, 0]);
  progress.add(record(0));
  progress.add(record(1));
  expect([progress.failures, progress.accumulator.cell.states.failed]).toEqual([1, 1]);
});

const planOf = (changes: Partial<RunPlan> = {}) =>
  ({
    algorithms: instances,
    models: [],
    dataset: { name: 'data', total: 4 },
    seed: 7,
    ...changes,
  }) as unknown as RunPlan;

test('a summary tells the samples, the bad rows, the times and the rates of all models', () => {
  const [one, two] = [new ModelProgress(instances), new ModelProgress(instances)];
  for (const at of [0, 1]) one.add(record(at));
  for (const at of [0, 1, 2]) two.add(record(at, at === 2 ? 'failed' : 'scored'));
  one.runner = 'test:1';
  one.spentMs = { loading: 1.4, reading: 0, model: 10.6, helpers: 0, disk: 0, scoring: 0, own: 0 };
  const failure = new AssayError('RUNNER_FAILED', 'is gone', { hint: 'no hint' });
  const bad = [{ file: 'f', line: 1, message: 'broken', index: 8 }] as never[];
  const progress = new Map([
    ['one', one],
    ['two', two],
  ]);
  const time = { startedAt: new Date(1000), elapsedMs: 2000.4 };
  const summary = summariseRun(planOf(), 'run', progress, bad, time, new Map([['two', failure]]));
  expect(summary).toMatchObject({
    ...{ format: 1, run: 'run', seed: 7, comparisons: [] },
    dataset: { name: 'data', samples: 3, badRows: 1 },
    timing: {
      ...{ startedAt: '1970-01-01T00:00:01.000Z', endedAt: '1970-01-01T00:00:03.000Z', elapsedMs: 2000 },
      latencyMs: { one: { mean: 10 }, two: { mean: 10 } },
      newTokensPerSecond: { one: 4, two: 6 },
      spentMs: { one: { loading: 1, model: 11, own: 0 } },
    },
  });
  expect(summary.models).toMatchObject([{ name: 'one', runner: 'test:1' }, { name: 'two' }]);
  expect(summary.models[0]).not.toHaveProperty('failure');
  expect(summary.models[1]!.failure).toEqual({ code: 'RUNNER_FAILED', message: 'is gone' });
  expect(summary.timing.spentMs).not.toHaveProperty('two');
  expect(summary.scores.map(({ model, n }) => [model, n])).toEqual([
    ...[
      ['one', 2],
      ['one', 2],
      ['two', 2],
      ['two', 2],
    ],
  ]);
});

test('bad rows behind an early stop do not count, and those without a place neither', () => {
  const stopped = new ModelProgress(instances, stopOf([3, 1, 0, 2]));
  stopped.add(record(3));
  stopped.stop!.skip(1);
  const bad = [{ index: 1 }, { index: 0 }, {}] as never[];
  const summary = summariseRun(planOf(), 'run', new Map([['one', stopped]]), bad, {
    startedAt: new Date(0),
    elapsedMs: 1,
  });
  expect(summary.dataset.badRows).toBe(1);
});

const open = async () => {
  throw new Error('not here');
};
const model = { name: 'm', open } as never;

test('what concerns no single model ends the run; the rest costs the model alone', () => {
  const ends = (code: string, isOpen = true) =>
    modelFailure(model, isOpen, new AssayError(code as never, 'x')) === undefined;
  expect(['RUN_LOCKED', 'RUN_INTERRUPTED', 'RUN_NOT_RESUMABLE', 'DATASET_CHANGED'].map((code) => ends(code))).toEqual([
    ...[true, true, true, true],
  ]);
  expect(['RUN_TOO_MANY_FAILURES', 'RUNNER_FAILED', 'MODEL_NOT_FOUND'].map((code) => ends(code))).toEqual([
    ...[false, false, false],
  ]);
  expect([ends('DATASET_NOT_FOUND', true), ends('DATASET_NOT_FOUND', false), ends('DATASET_CHANGED', false)]).toEqual([
    ...[true, false, true],
  ]);
  expect(modelFailure(model, true, new Error('odd'))).toMatchObject({ code: 'RUNNER_FAILED', message: 'odd' });
  expect(modelFailure({ name: 'm', open: null } as never, true, new Error('odd'))).toBeUndefined();
});

test('what a failed model left is skipped, by category and cluster, but not with an early stop', async () => {
  const samples = [0, 1, 2].map((index) => ({
    ...{ index, digest: `${index}`, record: {} },
    features: { model_input: 'x', ...(index === 1 ? { category: 'a', cluster: 'c' } : {}) },
  }));
  const dataset = {
    async *samples(_: unknown, isDone: (index: number) => boolean) {
      for (const sample of samples) if (!isDone(sample.index) || sample.index === 2) yield sample;
    },
  };
  const progress = new ModelProgress(instances);
  progress.add(record(0));
  progress.add(record(2));
  await skipRest(planOf({ dataset: dataset as never }), 'm', progress, () => {});
  expect(progress.accumulator.cell.states).toMatchObject({ scored: 2, skipped: 1 });
  const cells = progress.accumulator.cell.algorithms.get('matches')!;
  expect([...cells.keys()]).toEqual([null, 'a']);
  expect([...cells.get('a')!.unscored]).toEqual([['skipped', 1]]);
  const stopped = new ModelProgress(instances, stopOf([0, 1, 2]));
  await skipRest(planOf({ dataset: dataset as never, stop: stopOf([0, 1, 2]) }), 'm', stopped, () => {});
  expect(stopped.accumulator.cell.states.skipped).toBe(0);
});
