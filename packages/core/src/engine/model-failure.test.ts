import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { planOf, right, runnerOf, samples, summaryText } from '../../test/made-up-run.ts';
import { AssayError } from '../errors/assay-error.ts';
import type { Runner } from '../runner/runner.ts';
import type { BadRowReport } from '../samples/bad-row-report.ts';
import { requireWhole, runEvaluation } from './run-evaluation.ts';
import type { PlannedModel, RunPlan } from './run-plan.ts';

let base: string;
let run: string;
const never = new AbortController().signal;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-failure-'));
  run = join(base, 'run');
});
afterEach(() => rm(base, { recursive: true, force: true }));

function modelOf(name: string, open: () => Promise<Runner>): PlannedModel {
  return { name, open, generate: {}, compose: (_, text) => ({ text, messages: [] }) };
}

function planWith(models: readonly PlannedModel[]): RunPlan {
  return planOf(runnerOf(right), { models });
}

/** Falls over at a question. */
function brittle(at: number): Runner {
  return runnerOf((prompt, position) => {
    if (position === at) throw new Error('the model fell over');
    return right(prompt, position);
  });
}

const sound = (name: string) => modelOf(name, async () => runnerOf(right));

test('a model that fails costs the others nothing, and the samples it leaves are skipped, by category too', async () => {
  const ends: unknown[] = [];
  const hooks = { onModelEnd: ({ model, error }: { model: string; error: unknown }) => void ends.push([model, error]) };
  const plan = planWith([modelOf('brittle', async () => brittle(300)), sound('sound')]);
  const { summary, failures } = await runEvaluation(plan, run, hooks, never);
  const [broken, whole] = summary.models;
  const error = { code: 'RUNNER_FAILED', message: 'the model fell over' };
  expect(failures.get('brittle')).toMatchObject(error);
  expect(ends).toEqual([
    ['brittle', expect.objectContaining(error)],
    ['sound', null],
  ]);
  expect(whole!.states.scored).toBe(600);
  expect(broken!.failure).toMatchObject(error);
  expect(broken!.states.scored + broken!.states.skipped).toBe(600);
  expect(broken!.states.skipped).toBeGreaterThanOrEqual(300);
  const rows = summary.scores.filter(({ model, score }) => model === 'brittle' && score === 'same');
  const [all, ...categories] = rows.map(({ n, unscored }) => [n, unscored.skipped ?? 0] as const);
  expect(all).toEqual([broken!.states.scored, broken!.states.skipped]);
  expect(categories.map(([n, skipped]) => n + skipped)).toEqual([150, 150, 150, 150]);
});

test('a resume asks a failed model for the rest alone, and ends as an undisturbed run', async () => {
  const undisturbed = join(base, 'undisturbed', 'run');
  await runEvaluation(planWith([sound('brittle'), sound('sound')]), undisturbed, {}, never);
  const { summary } = await runEvaluation(
    planWith([modelOf('brittle', async () => brittle(300)), sound('sound')]),
    run,
    {},
    never,
  );
  const again = runnerOf(right);
  const refuse = () => Promise.reject(new Error('a model that is done is not opened again'));
  await runEvaluation(planWith([modelOf('brittle', async () => again), modelOf('sound', refuse)]), run, {}, never);
  expect(again.asked).toBe(summary.models[0]!.states.skipped);
  expect(await summaryText(run)).toBe(await summaryText(undisturbed));
});

test('a model that cannot be loaded is left out while others are evaluated, and thrown where there is no other', async () => {
  const missing = modelOf('missing', () => Promise.reject(new AssayError('MODEL_NOT_FOUND', 'no such model')));
  const { summary } = await runEvaluation(planWith([missing, sound('sound')]), run, {}, never);
  expect(summary.models.map(({ states }) => [states.scored, states.skipped])).toEqual([
    [0, 600],
    [600, 0],
  ]);
  const alone = runEvaluation(planWith([missing]), join(base, 'alone'), {}, never);
  await expect(alone).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
});

test('where every model is needed the first failure is thrown', async () => {
  const plan = planWith([modelOf('brittle', async () => brittle(300))]);
  const result = await runEvaluation(plan, run, {}, never);
  expect(() => requireWhole(result)).toThrow('the model fell over');
});

test('what concerns the run and no model of it ends all models', async () => {
  const torn = new AssayError('DATASET_SYNTAX', 'a torn row');
  const plan = planOf(runnerOf(right));
  const dataset = {
    ...plan.dataset,
    async *samples() {
      yield* samples.slice(0, 10);
      throw torn;
    },
  };
  const twice = { ...planWith([sound('one'), sound('two')]), dataset };
  await expect(runEvaluation(twice, run, {}, never)).rejects.toBe(torn);
});

test('a model that is done is not opened again for the sake of rows that cannot be read', async () => {
  const dataset: RunPlan['dataset'] = {
    ...planOf(runnerOf(right)).dataset,
    total: 601,
    async *samples(onBadRow: (row: BadRowReport) => void) {
      yield* samples.slice(0, 300);
      onBadRow({ file: 'data.jsonl', line: 301, message: 'torn' });
      yield* samples.slice(300);
    },
  };
  const planTorn = (models: readonly PlannedModel[]) => ({ ...planWith(models), dataset });
  const refuse = modelOf('done', () => Promise.reject(new Error('deployed for nothing')));
  await runEvaluation(planTorn([sound('done'), modelOf('other', async () => brittle(300))]), run, {}, never);
  await runEvaluation(planTorn([refuse, sound('other')]), run, {}, never);
  const expected = await summaryText(run);
  expect(JSON.parse(expected)).toMatchObject({
    dataset: { samples: 600, badRows: 1 },
    models: [{ states: { scored: 600 } }, { states: { scored: 600 } }],
  });
  await runEvaluation(
    planTorn([refuse, modelOf('other', () => Promise.reject(new Error('not again')))]),
    run,
    {},
    never,
  );
  expect(await summaryText(run)).toBe(expected);
});

test('what answers is written down before the first answer counts, so that other weights are refused', async () => {
  const stop = new AbortController();
  const hooks = { onRunner: () => stop.abort(new Error('stop')) };
  await expect(runEvaluation(planOf(runnerOf(right)), run, hooks, stop.signal)).rejects.toThrow('stop');
  expect(JSON.parse(await readFile(join(run, 'manifest.json'), 'utf8')).models).toEqual([
    { name: 'one', runner: 'test:v1' },
  ]);
  const other = { ...runnerOf(right), id: 'test:v2' };
  await expect(runEvaluation(planOf(other), run, {}, never)).rejects.toMatchObject({ code: 'RUN_NOT_RESUMABLE' });
});
