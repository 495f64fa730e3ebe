import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { planOf, right, runnerOf, samples, summaryText } from '../../test/made-up-run.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import type { Completion, Runner } from '../runner/runner.ts';
import { runEvaluation } from './run-evaluation.ts';
import type { RunHooks } from './run-events.ts';
import type { RunPlan } from './run-plan.ts';

const FEW = 20;
const never = new AbortController().signal;
let base: string;
beforeEach(() => {
  base = temporaryFolder();
});

const few: RunPlan['dataset'] = {
  ...planOf(runnerOf(right)).dataset,
  total: FEW,
  async *samples() {
    yield* samples.slice(0, FEW);
  },
};

/** A run of its own folder over one cache. */
async function run(name: string, runner: Runner, changes: Partial<RunPlan> = {}, hooks: RunHooks = {}) {
  const plan = planOf(runner, { dataset: few, cache: { folder: join(base, 'cache') }, ...changes });
  return runEvaluation(plan, join(base, name, 'run'), hooks, never);
}

test('what was answered in one run is not asked in another, and nothing is told of it', async () => {
  const told: string[] = [];
  const first = runnerOf(right);
  await run('first', first, {}, { onAnswer: ({ kind }) => void told.push(kind) });
  expect([first.asked, told.length]).toEqual([FEW, FEW]);
  const second = runnerOf(right);
  const { scored } = await run('second', second, {}, { onAnswer: ({ kind }) => void told.push(kind) });
  expect([second.asked, told.length]).toEqual([0, FEW]);
  expect(await summaryText(join(base, 'second/run'))).toBe(await summaryText(join(base, 'first/run')));
  // The time was the other run's.
  for await (const { elapsedMs } of scored.rows) expect(elapsedMs).toBe(0);
});

test('other settings, another seed and another runner ask anew; a seed means nothing to a greedy runner', async () => {
  await run('first', runnerOf(right));
  const asked = async (name: string, changes: Partial<RunPlan>, own: object = {}) => {
    const runner = Object.assign(runnerOf(right), own);
    await run(name, runner, changes);
    return runner.asked;
  };
  expect(await asked('seed', { seed: 8 })).toBe(FEW);
  expect(await asked('runner', {}, { id: 'other:v1' })).toBe(FEW);
  const greedy = { id: 'greedy:v1', isGreedy: () => true };
  expect(await asked('greedy', {}, greedy)).toBe(FEW);
  expect(await asked('greedy again', { seed: 9 }, greedy)).toBe(0);
});

test('answers without tokens are asked again where tokens are wanted, once; rows have them where the run keeps them', async () => {
  const keep = { prompts: true, outputs: true, tokens: true, columns: [] };
  const generate = { logProbabilities: true };
  const kept = (runner: Runner): Partial<RunPlan> => ({
    keep,
    models: planOf(runner).models.map((model) => ({ ...model, generate })),
  });
  const tokens = [{ text: 'a', logProbability: -0.5, top: [{ text: 'a', logProbability: -0.5 }] }];
  const giving = () => runnerOf((prompt, position) => ({ ...right(prompt, position)!, tokens }) as Completion);
  await run('first', giving());
  const second = giving();
  const { scored } = await run('second', second, kept(second));
  expect(second.asked).toBe(FEW);
  for await (const row of scored.rows) expect(row.tokens).toEqual({ original: [['a', -0.5]] });
  const third = giving();
  const again = await run('third', third, kept(third));
  expect(third.asked).toBe(0);
  for await (const row of again.scored.rows) expect(row.tokens).toEqual({ original: [['a', -0.5]] });
  // One that does not keep them takes the same answers, and has no tokens.
  const plain = giving();
  const without = await run('plain', plain);
  expect(plain.asked).toBe(0);
  for await (const row of without.scored.rows) expect(row.tokens).toBeUndefined();
});

test('where answers are not to be kept, and of a script, every question is asked each time', async () => {
  const off = { cache: { folder: join(base, 'cache'), generations: false } };
  const scripted = { isScripted: true };
  for (const [name, changes, own] of [
    ['off', off, {}],
    ['off again', off, {}],
    ['script', {}, scripted],
    ['script again', {}, scripted],
  ] as const) {
    const runner = Object.assign(runnerOf(right), own);
    await run(name, runner, changes);
    expect([name, runner.asked]).toEqual([name, FEW]);
  }
});

test('an answer is told with its tokens, a failure with its code, both with their attempts', async () => {
  const events: object[] = [];
  const error = { code: 'RUNNER_FAILED', message: 'bad weather', retryable: false } as const;
  const runner = runnerOf((prompt, position) =>
    position === 0
      ? { id: prompt.id, ok: false, state: 'failed', error, attempts: 3 }
      : { ...right(prompt, position)!, ...(position === 1 ? { promptTokens: 11, newTokens: 4, attempts: 2 } : {}) },
  );
  const three = {
    ...few,
    total: 3,
    samples: async function* () {
      yield* samples.slice(0, 3);
    },
  };
  await run('told', runner, { dataset: three }, { onAnswer: (event) => void events.push(event) });
  const common = { model: 'one', kind: 'generate', promptTokens: null, newTokens: null };
  expect(events.map((event) => ({ ...event, index: 0 }))).toEqual([
    { ...common, index: 0, attempts: 3, error: 'RUNNER_FAILED', elapsedMs: 0 },
    { ...common, index: 0, attempts: 2, error: null, elapsedMs: 5, promptTokens: 11, newTokens: 4 },
    { ...common, index: 0, attempts: 1, error: null, elapsedMs: 5 },
  ]);
});

test('a sample is told once it is on disk, with its record', async () => {
  const told: unknown[] = [];
  const one = {
    ...few,
    total: 1,
    samples: async function* () {
      yield samples[5]!;
    },
  };
  await run('one', runnerOf(right), { dataset: one }, { onSample: (event) => void told.push(event) });
  expect(told).toEqual([
    {
      model: 'one',
      index: 5,
      state: 'scored',
      error: null,
      record: expect.objectContaining({ sample: 5, kind: 'sample' }),
    },
  ]);
});
