import { type ConfidenceSequence, studentInterval, wilsonInterval } from '@assay/metrics';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { Accumulator, AlgorithmCell, ScoreCell } from './accumulator.ts';
import { clusterInterval } from './cluster-interval.ts';
import type { ModelSummary, ScoreSummary, StopSummary } from './summary.ts';

const CONFIDENCE = 0.95;

/** An early stop, as the figures see it. */
export interface StopFigures {
  summary(): StopSummary;
  /** What is known of a score's mean; undefined where that is nothing. */
  sequence(algorithm: string, category: string | null, score: string): ConfidenceSequence | undefined;
}

/** The figures of one model in the order of the config: overall first, then each category by name. */
export function summariseModel(
  name: string,
  runner: string,
  accumulator: Accumulator,
  instances: readonly AlgorithmInstance[],
  stop?: StopFigures,
): { readonly model: ModelSummary; readonly scores: readonly ScoreSummary[] } {
  const { states, promptTokens, newTokens, algorithms } = accumulator.cell;
  const scores: ScoreSummary[] = [];
  for (const instance of instances) {
    const cells = algorithms.get(instance.label)!;
    const categories = [...cells.keys()].filter((category) => category !== null).sort();
    for (const category of [null, ...categories]) {
      const cell = cells.get(category);
      if (cell !== undefined) scores.push(...summariseCell(name, instance, category, cell, stop));
    }
  }
  const stopped = stop === undefined ? {} : { stop: stop.summary() };
  return { model: { name, runner, states, promptTokens, newTokens, ...stopped }, scores };
}

function summariseCell(
  model: string,
  instance: AlgorithmInstance,
  category: string | null,
  cell: AlgorithmCell,
  stop: StopFigures | undefined,
): ScoreSummary[] {
  const unscored = Object.fromEntries([...cell.unscored].sort(([a], [b]) => (a < b ? -1 : 1)));
  const { label, signature } = instance;
  const common = {
    model,
    algorithm: label,
    category,
    confidence: stop?.summary().confidence ?? CONFIDENCE,
    unscored,
    signature,
  };
  const rows: ScoreSummary[] = [];
  let scoredSamples = 0;
  for (const [score, spec] of Object.entries(instance.scores)) {
    const found = cell.scores.get(score)!;
    scoredSamples = Math.max(scoredSamples, found.moments.n);
    const {
      interval: free,
      intervalMethod,
      standardError,
    } = stop === undefined
      ? intervalOf(found, spec.kind === 'binary')
      : sequenceInterval(found, stop.sequence(label, category, score));
    const [from, to] = spec.range;
    // A mean cannot leave the range of its values: cutting the interval there loses no coverage.
    const interval = free === null ? null : ([Math.max(from, free[0]), Math.min(to, free[1])] as const);
    const histogram = found.histogram === null ? null : { from, to, counts: found.histogram };
    rows.push({
      ...common,
      score,
      n: found.moments.n,
      value: found.moments.mean(),
      interval,
      intervalMethod,
      standardError,
      from: 'mean',
      spec,
      histogram,
    });
  }
  for (const [name, aggregate] of Object.entries(instance.aggregates)) {
    const values = aggregate.result(cell.aggregates.get(name) ?? aggregate.empty());
    for (const [score, spec] of Object.entries(aggregate.scores)) {
      const value = values[score] ?? null;
      rows.push({
        ...common,
        score,
        n: scoredSamples,
        value,
        interval: null,
        intervalMethod: null,
        standardError: null,
        from: 'aggregate',
        spec,
        histogram: null,
      });
    }
  }
  return rows;
}

/** A run that may end when it pleases has intervals that hold at all times; without bounds on a score there is none. */
function sequenceInterval(
  { moments }: ScoreCell,
  known: ConfidenceSequence | undefined,
): Pick<ScoreSummary, 'interval' | 'intervalMethod' | 'standardError'> {
  const standardError = moments.standardError();
  if (known === undefined) return { interval: null, intervalMethod: null, standardError };
  return { interval: [known.lower, known.upper], intervalMethod: 'sequence', standardError };
}

function intervalOf(
  { moments, clusters }: ScoreCell,
  binary: boolean,
): Pick<ScoreSummary, 'interval' | 'intervalMethod' | 'standardError'> {
  const { n } = moments;
  const mean = moments.mean();
  const standardError = moments.standardError();
  if (mean === null) return { interval: null, intervalMethod: null, standardError: null };
  // Clusters that hold one sample each say nothing beyond the plain interval.
  if (clusters.size > 1 && clusters.size < n) return clusterInterval(mean, n, clusters, CONFIDENCE);
  if (binary) {
    const [low, high] = wilsonInterval(Math.round(mean * n), n, CONFIDENCE);
    return { interval: [low, high], intervalMethod: 'wilson', standardError };
  }
  if (n < 2 || standardError === null) return { interval: null, intervalMethod: null, standardError: null };
  const [low, high] = studentInterval(mean, standardError, n, CONFIDENCE);
  return { interval: [low, high], intervalMethod: 'student', standardError };
}
