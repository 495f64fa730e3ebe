import type { AssayError } from '../errors/assay-error.ts';
import type { SpentMs } from '../results/stage-clock.ts';
import { summariseModel } from '../results/summarise.ts';
import type { ModelSummary, ScoreSummary, Summary, Timing } from '../results/summary.ts';
import type { BadRowReport } from '../samples/bad-row-report.ts';
import type { ModelProgress } from './model-progress.ts';
import type { RunPlan } from './run-plan.ts';

/** When a run began, and how long it took by a clock that nobody sets. */
export interface RunTime {
  readonly startedAt: Date;
  readonly elapsedMs: number;
}

/** The summary of a run whose models are all done, or failed and skipped the rest. */
export function summariseRun(
  plan: RunPlan,
  run: string,
  progress: ReadonlyMap<string, ModelProgress>,
  badRows: readonly BadRowReport[],
  time: RunTime,
  failures: ReadonlyMap<string, AssayError> = new Map(),
): Summary {
  const models: ModelSummary[] = [];
  const scores: ScoreSummary[] = [];
  let samples = 0;
  for (const [name, { accumulator, runner, stop }] of progress) {
    const { model, scores: own } = summariseModel(name, runner, accumulator, plan.algorithms, stop);
    const failure = failures.get(name);
    models.push(
      failure === undefined ? model : { ...model, failure: { code: failure.code, message: failure.message } },
    );
    // Not spread: there may be more than a call takes arguments.
    for (const score of own) scores.push(score);
    samples = Math.max(samples, totalOf(model));
  }
  return {
    format: 1,
    run,
    dataset: { name: plan.dataset.name, samples, badRows: countBadRows(badRows, progress) },
    seed: plan.seed,
    models,
    scores,
    comparisons: [],
    timing: timingOf(models, progress, time),
  };
}

/** Samples that ended in any state. */
function totalOf({ states }: ModelSummary): number {
  return Object.values(states).reduce((sum, count) => sum + count, 0);
}

/** Those read ahead of an early stop do not count: how many there are depends on batches. */
function countBadRows(badRows: readonly BadRowReport[], progress: ReadonlyMap<string, ModelProgress>): number {
  const stops = [...progress.values()].flatMap(({ stop }) => stop ?? []);
  if (stops.length === 0) return badRows.length;
  return badRows.filter(({ index }) => index !== undefined && stops.some((stop) => stop.counts(index))).length;
}

function timingOf(
  models: readonly ModelSummary[],
  progress: ReadonlyMap<string, ModelProgress>,
  { startedAt, elapsedMs: took }: RunTime,
): Timing {
  const elapsedMs = Math.round(took);
  const endedAt = new Date(startedAt.getTime() + elapsedMs);
  return {
    startedAt: startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    elapsedMs,
    latencyMs: Object.fromEntries([...progress].map(([name, { latencies }]) => [name, latencies.summary()])),
    newTokensPerSecond: Object.fromEntries(models.map(({ name, newTokens }) => [name, newTokens / (elapsedMs / 1000)])),
    spentMs: Object.fromEntries(
      [...progress].flatMap(([name, { spentMs }]) => (spentMs === undefined ? [] : [[name, rounded(spentMs)]])),
    ),
    ...readingsOf(progress),
  };
}

function readingsOf(progress: ReadonlyMap<string, ModelProgress>): Pick<Timing, 'reading'> {
  const known = [...progress].flatMap(([name, { reading }]) =>
    reading === undefined ? [] : [[name, reading] as const],
  );
  return known.length === 0 ? {} : { reading: Object.fromEntries(known) };
}

function rounded(spentMs: SpentMs): SpentMs {
  return Object.fromEntries(
    Object.entries(spentMs).map(([stage, ms]) => [stage, Math.round(ms)]),
  ) as unknown as SpentMs;
}
