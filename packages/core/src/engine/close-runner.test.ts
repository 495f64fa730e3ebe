import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planOf, right, runnerOf } from '../../test/made-up-run.ts';
import { runEvaluation } from './run-evaluation.ts';

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-close-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

// Both wait for seconds: side by side.
test.concurrent('a run whose models answered ends once they are closed, however long that takes', async () => {
  let isGone = false;
  const runner = Object.assign(runnerOf(right), {
    // Longer than one that may hang is waited for.
    close: () =>
      sleep(5_500).then(() => {
        isGone = true;
      }),
  });
  await runEvaluation(planOf(runner), join(base, 'answered'), {}, new AbortController().signal);
  expect(isGone).toBe(true);
}, 60_000);

test.concurrent('a runner that hangs on a question is not waited for', async () => {
  const runner = runnerOf(right);
  runner.generate = async function* (prompts) {
    let position = 0;
    for await (const prompt of prompts) if (position++ !== 7) yield right(prompt, 0)!;
    await new Promise(() => {});
  };
  const hanging = Object.assign(runner, { close: () => new Promise<void>(() => {}) });
  const plan = planOf(hanging, { deadlineMs: 150 });
  const { summary } = await runEvaluation(plan, join(base, 'hanging'), {}, new AbortController().signal);
  expect(summary.models[0]!.states).toMatchObject({ scored: 599, timed_out: 1 });
}, 60_000);
