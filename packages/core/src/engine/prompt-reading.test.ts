import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { planOf, right, runnerOf } from '../../test/made-up-run.ts';
import type { PromptReading } from '../runner/prompt-reading.ts';
import { runEvaluation } from './run-evaluation.ts';
import type { PlannedModel, RunPlan } from './run-plan.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-reading-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** Reads ten tokens a prompt, of which nine are a head that all share; its last words come as it closes. */
function reader() {
  let [told, closed] = [{ asked: 0 }, false];
  const runner = runnerOf(right);
  told = runner;
  return Object.assign(runner, {
    reading: (): PromptReading => {
      const { asked } = told;
      const heads = Math.min(1, asked);
      return { tokens: 10 * asked, read: asked + (closed ? 9 : 0), heads, headTokens: 9 * heads, unheld: 0 };
    },
    close: async () => {
      closed = true;
    },
  });
}

const runOf = (plan: RunPlan) =>
  runEvaluation(plan, join(base, 'run'), {}, new AbortController().signal).then(
    ({ summary }) => summary.timing.reading,
  );

test('a run’s figures say what was read of its prompts, to the last', async () => {
  expect(await runOf(planOf(reader()))).toEqual({
    one: { tokens: 6000, read: 609, heads: 1, headTokens: 9, unheld: 0 },
  });
});

test('a runner that answers for several models counts for each what it read for that one', async () => {
  const runner = reader();
  const plan = planOf(runner);
  const open: PlannedModel['open'] = async () => ({ ...runner, generate: runner.generate.bind(runner) });
  const models = ['first', 'second'].map((name) => ({ ...plan.models[0]!, name, open }));
  expect(await runOf({ ...plan, models })).toMatchObject({
    first: { tokens: 6000, heads: 1 },
    second: { tokens: 6000, read: 600, heads: 0, headTokens: 0 },
  });
});

test('of a runner that cannot tell, and of outputs, nothing is said', async () => {
  expect(await runOf(planOf(runnerOf(right)))).toBeUndefined();
});
