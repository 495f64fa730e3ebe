import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { planOf, right, runnerOf, samples } from '../../test/made-up-run.ts';
import { AssayError } from '../errors/assay-error.ts';
import type { Completion, RunnerWith } from '../runner/runner.ts';
import { runEvaluation } from './run-evaluation.ts';
import type { PlannedModel } from './run-plan.ts';

let base: string;
const never = new AbortController().signal;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-ahead-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

let events: string[];
beforeEach(() => {
  events = [];
});

/** Keeps its last answer back until `before` resolves. */
function modelOf(name: string, before: () => Promise<void>, open?: () => Promise<void>): PlannedModel {
  const answering = runnerOf(right);
  const runner: RunnerWith<'generate'> = answering;
  const inOrder = runner.generate.bind(runner);
  runner.generate = async function* (prompts, options) {
    let last: Completion | undefined;
    for await (const completion of inOrder(prompts, options)) {
      if (last !== undefined) yield last;
      last = completion;
      if (answering.asked === samples.length) events.push(`${name} has taken all`);
    }
    await before();
    yield last!;
  };
  runner.close = async () => void events.push(`${name} closes`);
  return {
    name,
    open: async () => {
      events.push(`${name} opens`);
      await open?.();
      return runner;
    },
    generate: {},
    compose: (_, text) => ({ text, messages: [] }),
  };
}

const runModels = (models: readonly PlannedModel[], folder = 'run', signal = never) =>
  runEvaluation(planOf(runnerOf(right), { models }), join(base, folder), {}, signal);

test('the next local model is opened once the last question of the one before is taken, and closed once', async () => {
  let isOpen = (): void => {};
  const opened = new Promise<void>((resolve) => {
    isOpen = resolve;
  });
  const models = [
    modelOf('a', () => opened),
    modelOf(
      'b',
      async () => {},
      async () => isOpen(),
    ),
  ];
  const { summary } = await runModels(models);
  expect(events).toEqual(['a opens', 'a has taken all', 'b opens', 'a closes', 'b has taken all', 'b closes']);
  expect(summary.models.map(({ states }) => states.scored)).toEqual([600, 600]);
});

test('a model that does not fit beside the other is opened after it', async () => {
  let tried = (): void => {};
  const refused = new Promise<void>((resolve) => {
    tried = resolve;
  });
  const open = async () => {
    if (events.includes('a closes')) return;
    tried();
    throw new AssayError('MODEL_MEMORY', 'the model needs more than is free');
  };
  const { failures } = await runModels([modelOf('a', () => refused), modelOf('b', async () => {}, open)]);
  expect(failures.size).toBe(0);
  expect(events).toEqual([
    'a opens',
    'a has taken all',
    'b opens',
    'a closes',
    'b opens',
    'b has taken all',
    'b closes',
  ]);
});

test('a model that is opened ahead of an interruption is closed, too', async () => {
  const stop = new AbortController();
  const open = async () => stop.abort(new Error('stop'));
  const stopped = new Promise<void>((resolve) => {
    stop.signal.addEventListener('abort', () => resolve());
  });
  const models = [modelOf('a', () => stopped), modelOf('b', async () => {}, open)];
  await expect(runModels(models, 'run', stop.signal)).rejects.toThrow('stop');
  expect(events).toEqual(['a opens', 'a has taken all', 'b opens', 'a closes', 'b closes']);
});

test('a model that has nothing left to do is not opened ahead', async () => {
  await runModels([modelOf('a', async () => {}), modelOf('b', async () => {})]);
  events = [];
  await runModels([modelOf('a', async () => {}), modelOf('b', async () => {})]);
  expect(events).toEqual([]);
});
