import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planOf, right, runnerOf, samples, summaryText } from '../../test/made-up-run.ts';
import type { DescribedRunner } from '../runner/described-runner.ts';
import type { Runner } from '../runner/runner.ts';
import { runEvaluation } from './run-evaluation.ts';
import type { RunHooks } from './run-events.ts';
import type { PlannedModel, RunPlan } from './run-plan.ts';

const never = new AbortController().signal;

/** A model that says what it is, and counts how often it is opened, asked, closed and passed over. */
function describedModel(name: string, changes: Partial<Runner> = {}, described: Partial<DescribedRunner> = {}) {
  const counts = { opened: 0, closed: 0, passed: 0, asked: () => answering.asked };
  const answering = runnerOf(right);
  const runner = Object.assign(
    answering,
    {
      close: async () => {
        counts.closed += 1;
      },
    },
    changes,
  );
  const model: PlannedModel = {
    name,
    open: async () => {
      counts.opened += 1;
      return runner;
    },
    describe: async () => ({
      id: 'test:v1',
      pass: async () => {
        counts.passed += 1;
      },
      ...described,
    }),
    generate: {},
    compose: (_, text) => ({ text, messages: [] }),
  };
  return { model, counts };
}

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-open-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));
const run = (models: readonly PlannedModel[], folder: string, changes: Partial<RunPlan> = {}, hooks: RunHooks = {}) =>
  runEvaluation(
    planOf(runnerOf(right), { models, cache: { folder: join(base, 'answers') }, ...changes }),
    join(base, folder),
    hooks,
    never,
  );

/** The first `count` samples alone. */
const first = (count: number): Partial<RunPlan> => ({
  dataset: {
    ...planOf(runnerOf(right)).dataset,
    total: count,
    samples: async function* () {
      yield* samples.slice(0, count);
    },
  },
});

test('a run that the cache answers opens no model, and ends as the first did', async () => {
  const cold = describedModel('one');
  await run([cold.model], 'cold');
  expect(cold.counts).toMatchObject({ opened: 1, closed: 1, passed: 0 });
  const warm = describedModel('one');
  const { manifest } = await run([warm.model], 'warm');
  expect(warm.counts).toMatchObject({ opened: 0, closed: 0, passed: 1 });
  expect(manifest.models).toEqual([{ name: 'one', runner: 'test:v1', done: true }]);
  expect((await summaryText(join(base, 'warm'))).replaceAll('"warm"', '"cold"')).toBe(
    await summaryText(join(base, 'cold')),
  );
});

test('a model whose first answers are cached is opened once, for the others', async () => {
  const cache = { folder: join(base, 'partly-answers') };
  await run([describedModel('one').model], 'begun', { cache, ...first(20) });
  const notes = ['says so'];
  const partly = describedModel('one', { notes });
  const told: unknown[] = [];
  const { manifest } = await run([partly.model], 'partly', { cache }, { onRunner: (event) => void told.push(event) });
  expect(partly.counts).toMatchObject({ opened: 1, closed: 1, passed: 0 });
  // Questions that are the same text have the same key.
  expect(partly.counts.asked()).toBe(samples.length - 20);
  expect(manifest.models[0]).toMatchObject({ runner: 'test:v1', notes });
  expect(told).toEqual([{ model: 'one', runner: 'test:v1', notes }]);
});

test('a model that is another than its files said ends before its answers count', async () => {
  const cache = { folder: join(base, 'other-answers') };
  await run([describedModel('one').model], 'other-begun', { cache, ...first(20) });
  const other = describedModel('one', { id: 'test:v2' });
  const { failures } = await run([other.model], 'other', { cache }).catch((thrown) => ({ failures: thrown }));
  expect(failures).toMatchObject({ code: 'RUN_NOT_RESUMABLE' });
  expect(other.counts).toMatchObject({ opened: 1, closed: 1 });
  expect(other.counts.asked()).toBe(0);
});

test('weights that take longer to load than a question’s deadline hang nothing', async () => {
  const cache = { folder: join(base, 'slow-answers') };
  await run([describedModel('one').model], 'slow-begun', { cache, ...first(20) });
  const { model } = describedModel('one');
  const slow: PlannedModel = {
    ...model,
    open: async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      return model.open!();
    },
  };
  const { failures } = await run([slow], 'slow', { cache, deadlineMs: 100 });
  expect(failures.size).toBe(0);
});

test.each([
  ['without a cache', { cache: undefined }],
  ['whose generations are not kept', { cache: { folder: tmpdir(), generations: false } }],
])('a run %s opens its models', async (name, changes) => {
  const { model, counts } = describedModel('one');
  await run([model], name, changes as Partial<RunPlan>);
  expect(counts).toMatchObject({ opened: 1, closed: 1, passed: 0 });
});

test('a model that does not open says so in its turn, whatever described it', async () => {
  const { model } = describedModel('one');
  const broken: PlannedModel = {
    ...model,
    describe: async () => {
      throw new Error('no files');
    },
  };
  const { failures } = await run([broken], 'undescribed');
  expect(failures.size).toBe(0);
});

test('the next model of a lane is not opened ahead where its answers are cached', async () => {
  const cache = { folder: join(base, 'lane-answers') };
  await run(
    [describedModel('b').model].map((model) => model),
    'lane-b',
    { cache },
  );
  const a = describedModel('a', { id: 'test:a' }, { id: 'test:a' });
  const b = describedModel('b');
  await run([a.model, b.model], 'lane', { cache });
  expect(a.counts).toMatchObject({ opened: 1, closed: 1 });
  expect(b.counts).toMatchObject({ opened: 0, passed: 1 });
});
