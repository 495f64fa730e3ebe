import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runEvaluation } from '../src/engine/run-evaluation.ts';
import type { RunPlan } from '../src/engine/run-plan.ts';
import type { Completion, Runner } from '../src/runner/runner.ts';
import { planOf, right, runnerOf, summaryText } from './made-up-run.ts';

let base: string;
const never = new AbortController().signal;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-invariance-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

/** Answers as many questions at a time, the last one first. */
function inBatches(size: number): Runner & { asked: number } {
  const runner = runnerOf(right);
  const inOrder = runner.generate.bind(runner);
  runner.generate = async function* (prompts, options) {
    let batch: Completion[] = [];
    for await (const completion of inOrder(prompts, options)) {
      batch.unshift(completion);
      if (batch.length < size) continue;
      yield* batch;
      batch = [];
    }
    yield* batch;
  };
  return runner;
}

async function summaryOf(name: string, runner: Runner, changes: Partial<RunPlan> = {}): Promise<string> {
  const run = join(base, name, 'run');
  await runEvaluation(planOf(runner, changes), run, {}, never);
  return summaryText(run);
}

test('batch 1 and 32, cached and fresh, whole and killed: the summary is the same, byte for byte', async () => {
  const cache = { folder: join(base, 'answers') };
  const fresh = await summaryOf('fresh', inBatches(1), { cache });
  expect(await summaryOf('batched', inBatches(32))).toBe(fresh);

  const cached = inBatches(32);
  expect(await summaryOf('cached', cached, { cache })).toBe(fresh);
  expect(cached.asked).toBe(0);

  const journal = join(base, 'killed', 'run', 'journal.jsonl');
  await summaryOf('killed', inBatches(32), { cache });
  await truncate(journal, Math.floor((await readFile(journal)).length / 2));
  expect(await summaryOf('killed', inBatches(1), { cache })).toBe(fresh);
});
