import type { ModelProgress } from '../engine/model-progress.ts';
import type { RunPlan } from '../engine/run-plan.ts';
import { summariseModel } from './summarise.ts';
import type { ModelSummary, ScoreSummary, Summary, Timing } from './summary.ts';

/** The summary of a run whose models are all done. */
export function summariseRun(
  plan: RunPlan,
  run: string,
  progress: ReadonlyMap<string, ModelProgress>,
  badRows: number,
  startedAt: Date,
): Summary {
  const models: ModelSummary[] = [];
  const scores: ScoreSummary[] = [];
  let samples = 0;
  for (const [name, { accumulator, runner, samples: done }] of progress) {
    const summary = summariseModel(name, runner, accumulator, plan.algorithms);
    models.push(summary.model);
    scores.push(...summary.scores);
    samples = Math.max(samples, done);
  }
  return {
    format: 1,
    run,
    dataset: { name: plan.dataset.name, samples, badRows },
    seed: plan.seed,
    models,
    scores,
    comparisons: [],
    timing: timingOf(models, progress, startedAt, new Date()),
  };
}

function timingOf(
  models: readonly ModelSummary[],
  progress: ReadonlyMap<string, ModelProgress>,
  startedAt: Date,
  endedAt: Date,
): Timing {
  const elapsedMs = endedAt.getTime() - startedAt.getTime();
  return {
    startedAt: startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    elapsedMs,
    latencyMs: Object.fromEntries([...progress].map(([name, { latencies }]) => [name, latencies.summary()])),
    newTokensPerSecond: Object.fromEntries(models.map(({ name, newTokens }) => [name, newTokens / (elapsedMs / 1000)])),
  };
}
