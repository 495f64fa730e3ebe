import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { planOf, right, runnerOf, samples } from '../../test/made-up-run.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { AssayError } from '../errors/assay-error.ts';
import { runEvaluation } from './run-evaluation.ts';
import type { PlannedModel, RunPlan } from './run-plan.ts';

const never = new AbortController().signal;
let place: string;
beforeEach(() => {
  place = join(temporaryFolder(), 'run');
});

const few: RunPlan['dataset'] = {
  ...planOf(runnerOf(right)).dataset,
  total: 30,
  async *samples() {
    yield* samples.slice(0, 30);
  },
};
const modelOf = (name: string, text: string): PlannedModel => ({
  ...planOf(runnerOf((prompt, at) => ({ ...right(prompt, at)!, ...(text === '' ? {} : { text }) }) as never))
    .models[0]!,
  name,
});

test('two models of a run are compared on their samples; one alone with nothing', async () => {
  const models = [modelOf('good', ''), modelOf('bad', 'never')];
  const { summary } = await runEvaluation(planOf(runnerOf(right), { dataset: few, models }), place, {}, never);
  const pair = summary.comparisons.find(({ score }) => score === 'same');
  expect(pair).toMatchObject({ baseline: 'good', candidate: 'bad', n: 30 });
  const alone = await runEvaluation(planOf(runnerOf(right), { dataset: few }), `${place}-alone`, {}, never);
  expect(alone.summary.comparisons).toEqual([]);
});

test('a run tells its beginning and its end, and why it failed', async () => {
  const told: unknown[] = [];
  const hooks = {
    onRunStart: (event: unknown) => void told.push(event),
    onModelStart: (event: unknown) => void told.push(event),
    onRunEnd: (event: unknown) => void told.push(event),
  };
  const plan = planOf(runnerOf(right), { dataset: few });
  await runEvaluation(plan, place, hooks, never);
  const start = { run: 'run', dataset: 'made-up', total: 30, seed: 7, models: ['one'], isResumed: false };
  expect(told.splice(0)).toEqual([start, { model: 'one', total: 30, alreadyDone: 0 }, { error: null }]);
  await runEvaluation(plan, place, hooks, never);
  expect(told.splice(0)).toEqual([
    { ...start, isResumed: true },
    { model: 'one', total: 30, alreadyDone: 30 },
    { error: null },
  ]);
  await expect(runEvaluation({ ...plan, digest: 'other' }, place, hooks, never)).rejects.toThrow();
  expect(told).toEqual([{ error: expect.objectContaining({ code: 'RUN_NOT_RESUMABLE' }) }]);
});

test('a bad row is told once with its place, however many models read it', async () => {
  const dataset: RunPlan['dataset'] = {
    ...few,
    total: 31,
    async *samples(onBadRow) {
      yield* samples.slice(0, 30);
      onBadRow({ file: 'data.jsonl', line: 31, message: 'torn' });
    },
  };
  const told: unknown[] = [];
  const models = [modelOf('one', ''), modelOf('two', '')];
  const hooks = { onWarning: (event: unknown) => void told.push(event) };
  const { summary } = await runEvaluation(planOf(runnerOf(right), { dataset, models }), place, hooks, never);
  const at = { file: 'data.jsonl', line: 31 };
  expect(told).toEqual([{ code: 'DATASET_SYNTAX', message: 'data.jsonl:31  torn', at }]);
  expect(summary.dataset.badRows).toBe(1);
});

test('a cache that cannot be opened is told, and the run goes on without it', async () => {
  const folder = join(temporaryFolder(), 'a-file');
  writeFileSync(folder, '');
  const told: string[] = [];
  const plan = planOf(runnerOf(right), { dataset: few, cache: { folder } });
  const { summary } = await runEvaluation(plan, place, { onWarning: ({ code }) => void told.push(code) }, never);
  expect(told).toEqual(['RUN_CACHE']);
  expect(summary.models[0]!.states.scored).toBe(30);
  await runEvaluation(plan, `${place}-quiet`, {}, never);
});

test('where no model has anything to show its failure is thrown, and with one sample it is not', async () => {
  const failing = (after: number) =>
    planOf(
      runnerOf((prompt, position) => {
        if (position >= after) throw new AssayError('RUNNER_FAILED', 'fell over');
        return right(prompt, position);
      }),
      { dataset: few },
    );
  await expect(runEvaluation(failing(0), place, {}, never)).rejects.toThrow('fell over');
  const { summary, failures } = await runEvaluation(failing(1), `${place}-one`, {}, never);
  expect([summary.models[0]!.states.scored, summary.models[0]!.states.skipped, failures.size]).toEqual([1, 29, 1]);
});
