import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { matches, planOf, right, runnerOf, samples } from '../../test/made-up-run.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import type { SpentMs, Stage } from '../results/stage-clock.ts';
import { runEvaluation } from './run-evaluation.ts';
import type { RunPlan } from './run-plan.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-stages-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function spentBy(changes: Partial<RunPlan>, runner = runnerOf(right)): Promise<SpentMs> {
  const { summary } = await runEvaluation(planOf(runner, changes), folder, {}, new AbortController().signal);
  return summary.timing.spentMs!.one!;
}

/** Of the stages that these tests slow down: the disk, and what this thread does, have the machine's other work to share. */
function greatest({ own: _, disk: __, ...spent }: SpentMs): Stage {
  return (Object.entries(spent) as [Stage, number][]).sort(([, a], [, b]) => b - a)[0]![0];
}

test('a slow model is what the run waited for', async () => {
  const runner = runnerOf(right);
  const atOnce = runner.generate.bind(runner);
  runner.generate = async function* (prompts, options) {
    for await (const answer of atOnce(prompts, options)) {
      if (runner.asked % 50 === 0) await sleep(50);
      yield answer;
    }
  };
  const spent = await spentBy({}, runner);
  expect(greatest(spent)).toBe('model');
});

test('a slow dataset is what the run waited for', async () => {
  const { dataset } = planOf(runnerOf(right));
  const slow = {
    ...dataset,
    async *samples() {
      for (const sample of samples) {
        if (sample.index % 50 === 0) await sleep(50);
        yield sample;
      }
    },
  };
  const spent = await spentBy({ dataset: slow });
  expect(greatest(spent)).toBe('reading');
});

test('slow scoring is what the run was busy with', async () => {
  const slow: typeof matches = {
    ...matches,
    score: (input, options) => {
      const until = performance.now() + 1;
      while (performance.now() < until);
      return matches.score(input, options);
    },
  };
  const spent = await spentBy({ algorithms: [instantiateAlgorithm('matches', slow, {})] });
  expect(greatest(spent)).toBe('scoring');
});

test('slow helper models are what the run waited for', async () => {
  const asking: typeof matches = {
    ...matches,
    helperAsks: () => [{ key: 'j', kind: 'judge', prompt: 'well?', model: 'judge' }],
  };
  const openHelper: RunPlan['openHelper'] = async () => ({
    id: 'judge',
    answer: async (asks) => {
      await sleep(2 * asks.length);
      return asks.map(() => ({ kind: 'judge', text: 'yes' }));
    },
    close: async () => {},
  });
  const spent = await spentBy({ openHelper, algorithms: [instantiateAlgorithm('matches', asking, {})] });
  expect(greatest(spent)).toBe('helpers');
});

test('a model that is slow to open is being loaded', async () => {
  const { models } = planOf(runnerOf(right));
  const open = async () => {
    await sleep(600);
    return runnerOf(right);
  };
  const spent = await spentBy({ models: models.map((model) => ({ ...model, open })) });
  expect(greatest(spent)).toBe('loading');
});
