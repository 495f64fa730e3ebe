import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { planOf, right, runnerOf } from '../../test/made-up-run.ts';
import type { Prompt } from '../runner/runner.ts';
import { runEvaluation } from './run-evaluation.ts';

let run: string;
const never = new AbortController().signal;

beforeEach(async () => {
  run = join(await mkdtemp(join(tmpdir(), 'assay-repeats-')), 'run');
});
afterEach(() => rm(join(run, '..'), { recursive: true, force: true }));

test('each repeat is asked apart, with a seed of its own, and a sample counts once', async () => {
  const asked: Prompt[] = [];
  const runner = runnerOf((prompt, position) => {
    asked.push(prompt);
    return right(prompt, position);
  });
  const { summary } = await runEvaluation(planOf(runner, { repeats: { times: 3, reducer: 'mean' } }), run, {}, never);
  expect(asked).toHaveLength(1800);
  expect(new Set(asked.map(({ seed }) => seed)).size).toBe(1800);
  expect(summary.scores[0]!.n).toBe(600);
});

test('the mean of repeats is over samples: repeats narrow no interval by themselves', async () => {
  const once = await runEvaluation(planOf(runnerOf(right)), join(run, '..', 'once'), {}, never);
  const plan = planOf(runnerOf(right), { repeats: { times: 3, reducer: 'mean' } });
  const thrice = await runEvaluation(plan, run, {}, never);
  const sameOf = ({ summary }: typeof once) => summary.scores.find(({ score }) => score === 'same')!;
  expect(sameOf(thrice).value).toBeCloseTo(sameOf(once).value!, 12);
  expect(sameOf(thrice).interval![0]).toBeCloseTo(sameOf(once).interval![0], 12);
});
