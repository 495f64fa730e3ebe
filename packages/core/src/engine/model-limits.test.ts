import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { planOf, right, runnerOf, samples } from '../../test/made-up-run.ts';
import { AssayError, type ErrorData } from '../errors/assay-error.ts';
import type { Runner } from '../runner/runner.ts';
import { runEvaluation } from './run-evaluation.ts';
import type { PlannedModel } from './run-plan.ts';

let run: string;
const never = new AbortController().signal;

beforeEach(async () => {
  run = join(await mkdtemp(join(tmpdir(), 'assay-limits-')), 'run');
});
afterEach(() => rm(join(run, '..'), { recursive: true, force: true }));

/** Takes every question and answers those that `isAnswered` names; never ends. */
function silentFor(isAnswered: (position: number) => boolean): Runner {
  const runner = runnerOf(right);
  runner.generate = async function* (prompts) {
    let position = 0;
    for await (const prompt of prompts) if (isAnswered(position++)) yield right(prompt, 0)!;
    await new Promise(() => {});
  };
  return runner;
}

function modelOf(name: string, runner: Runner, changes: Partial<PlannedModel> = {}): PlannedModel {
  return { name, open: async () => runner, generate: {}, compose: (_, text) => ({ text, messages: [] }), ...changes };
}

test('a question without an answer in time ends its sample as timed out, and the run ends though the runner hangs', async () => {
  const runner = silentFor((position) => position % 100 !== 7);
  const { summary } = await runEvaluation(planOf(runner, { deadlineMs: 150 }), run, {}, never);
  expect(summary.models[0]!.states).toMatchObject({ scored: 594, timed_out: 6 });
});

test('a runner that takes nothing any more is given up, and the run resumes', async () => {
  const stuck = runnerOf(right);
  stuck.generate = async function* (prompts) {
    let taken = 0;
    for await (const prompt of prompts) {
      yield right(prompt, 0)!;
      taken += 1;
      if (taken === 100) await new Promise(() => {});
    }
  };
  const { failures } = await runEvaluation(planOf(stuck, { deadlineMs: 100 }), run, {}, never);
  expect(failures.get('one')).toMatchObject({ code: 'RUNNER_CIRCUIT_OPEN' });
  const again = runnerOf(right);
  const { summary } = await runEvaluation(planOf(again, { deadlineMs: 5_000 }), run, {}, never);
  expect(summary.models[0]!.states.scored).toBe(600);
  expect(again.asked).toBe(500);
});

test('failures in a row that might pass stop the model and use up none of its samples', async () => {
  const error: ErrorData = { code: 'RUNNER_THROTTLED', message: 'busy', retryable: true };
  const down = runnerOf((prompt, position) =>
    position < 200 ? right(prompt, position) : { id: prompt.id, ok: false, state: 'failed', error },
  );
  const broken = await runEvaluation(planOf(down), run, {}, never);
  expect(broken.summary.models[0]).toMatchObject({
    states: { scored: 200, failed: 0, skipped: 400 },
    failure: { code: 'RUNNER_CIRCUIT_OPEN' },
  });
  const { summary } = await runEvaluation(planOf(runnerOf(right)), run, {}, never);
  expect(summary.models[0]).toMatchObject({ states: { scored: 600, failed: 0, skipped: 0 } });
  expect(summary.models[0]).not.toHaveProperty('failure');
});

test('failures in a row that are followed by an answer, or by the end, count', async () => {
  const error: ErrorData = { code: 'RUNNER_THROTTLED', message: 'busy', retryable: true };
  const weak = runnerOf((prompt, position) =>
    position % 100 < 80
      ? right(prompt, position)
      : position % 100 < 99
        ? { id: prompt.id, ok: false, state: 'failed', error }
        : right(prompt, position),
  );
  const { summary } = await runEvaluation(planOf(weak), run, {}, never);
  expect(summary.models[0]!.states).toMatchObject({ scored: 600 - 6 * 19, failed: 6 * 19 });
  const late = runnerOf((prompt, position) =>
    position < 590 ? right(prompt, position) : { id: prompt.id, ok: false, state: 'failed', error },
  );
  const end = await runEvaluation(planOf(late, { deadlineMs: 60_000 }), `${run}-late`, {}, never);
  expect(end.summary.models[0]!.states).toMatchObject({ scored: 590, failed: 10 });
});

test('remote models run at the same time, local ones after one another', async () => {
  const open = new Set<string>();
  const together = new Set<string>();
  let allMet = (): void => {};
  const met = new Promise<void>((resolve) => {
    allMet = resolve;
  });
  const model = (name: string, remote: boolean) => {
    const runner = runnerOf(right);
    const inOrder = runner.generate.bind(runner);
    runner.generate = async function* (prompts, options) {
      for (const other of open) together.add([name, other].sort().join('+'));
      open.add(name);
      if (open.size === 3) allMet();
      // Nobody answers before one local model and both remote ones are asked.
      await met;
      yield* inOrder(prompts, options);
      open.delete(name);
    };
    return modelOf(name, runner, { remote });
  };
  const models = [model('local-a', false), model('remote-a', true), model('local-b', false), model('remote-b', true)];
  const { summary } = await runEvaluation(planOf(runnerOf(right), { models }), run, {}, never);
  expect(summary.models.map(({ name, states }) => [name, states.scored])).toEqual(
    models.map(({ name }) => [name, samples.length]),
  );
  expect(together).toContain('remote-a+remote-b');
  expect(together).toContain('local-a+remote-a');
  expect(together).not.toContain('local-a+local-b');
});

/** Fails for good on the first so many samples. */
function failingFirst(failures: number): ReturnType<typeof runnerOf> {
  const error: ErrorData = { code: 'RUNNER_FAILED', message: 'no', retryable: false };
  return runnerOf((prompt, position) =>
    position < failures ? { id: prompt.id, ok: false, state: 'failed', error } : right(prompt, position),
  );
}

test.each([
  ['a count', { count: 6 }],
  ['a share of all samples', { fraction: 0.01 }],
] as const)('as many failures as max_failures allows as %s end nothing, one more does', async (_, maxFailures) => {
  const within = await runEvaluation(planOf(failingFirst(6), { maxFailures }), run, {}, never);
  expect(within.failures.size).toBe(0);
  expect(within.summary.models[0]!.states).toMatchObject({ scored: 594, failed: 6, skipped: 0 });
  const beyond = await runEvaluation(planOf(failingFirst(7), { maxFailures }), `${run}-beyond`, {}, never);
  expect(beyond.failures.get('one')).toMatchObject({ code: 'RUN_TOO_MANY_FAILURES' });
});

test('a bad row counts once, however many models meet it', async () => {
  const warnings: string[] = [];
  const plan = planOf(runnerOf(right), { models: [modelOf('a', runnerOf(right)), modelOf('b', runnerOf(right))] });
  const withBadRow = {
    ...plan.dataset,
    async *samples(onBadRow?: (row: { file: string; line: number; index: number; message: string }) => void) {
      onBadRow?.({ file: 'data.jsonl', line: 3, index: 2, message: 'not JSON' });
      onBadRow?.({ file: 'data.jsonl', line: 9, index: 8, message: 'not JSON' });
      yield* samples;
    },
  };
  const onWarning = ({ message }: { readonly message: string }) => warnings.push(message);
  const { summary } = await runEvaluation({ ...plan, dataset: withBadRow }, run, { onWarning }, never);
  expect(summary.dataset.badRows).toBe(2);
  expect(warnings).toEqual(['data.jsonl:3  not JSON', 'data.jsonl:9  not JSON']);
});

test.each([
  [{ count: 5 }, 6],
  [{ fraction: 0.01 }, 7],
])(
  'of %j failures allowed the next ends the model; samples that timed out count, the last is named',
  async (maxFailures, failed) => {
    const error: ErrorData = { code: 'RUNNER_TIMEOUT', message: 'too late', retryable: false };
    const slow = runnerOf(({ id }, position) =>
      position % 2 === 0 ? right({ id, text: '' } as never, 0) : { id, ok: false, state: 'timed_out', error },
    );
    const { failures } = await runEvaluation(planOf(slow, { maxFailures }), run, {}, never);
    expect(failures.get('one')).toMatchObject({
      code: 'RUN_TOO_MANY_FAILURES',
      message: `${failed} samples of one failed; the last: RUNNER_TIMEOUT too late`,
    });
  },
);

test('a share of an unknown number of samples allows all failures', async () => {
  const error: ErrorData = { code: 'RUNNER_FAILED', message: 'gone', retryable: false };
  const failing = runnerOf((prompt, position) =>
    position < 6 ? { id: prompt.id, ok: false, state: 'failed', error } : right(prompt, position),
  );
  const dataset = { ...planOf(failing).dataset, total: null };
  const unknown = planOf(failing, { maxFailures: { fraction: 0.001 }, dataset });
  expect((await runEvaluation(unknown, run, {}, never)).failures.size).toBe(0);
});

test('a model that could not be opened has lost its own files; once it was open a missing file is the data set’s', async () => {
  const missing = new AssayError('DATASET_NOT_FOUND', 'no such file');
  const unopened = { ...modelOf('one', runnerOf(right)), open: () => Promise.reject(missing) };
  const models = [unopened, modelOf('two', runnerOf(right))];
  const { failures } = await runEvaluation(planOf(runnerOf(right), { models }), run, {}, never);
  expect([...failures.keys()]).toEqual(['one']);
  const lost = runnerOf(() => {
    throw missing;
  });
  const both = { models: [modelOf('one', lost), modelOf('two', runnerOf(right))] };
  await expect(runEvaluation(planOf(lost, both), `${run}-lost`, {}, never)).rejects.toBe(missing);
});
