import { Moments, type WeightClass } from '@assay/metrics';
import type { ScoreSpec } from '../algorithms/algorithm.ts';
import type { AggregateUnits } from './aggregate-units.ts';
import { ValueCounts } from './value-counts.ts';

export const HISTOGRAM_BINS = 20;

/** One score over some samples. Sums are exact, so the order of adding and of merging changes no bit. */
export interface ScoreCell {
  readonly moments: Moments;
  /** Counts over equal bins of a finite declared range, else null. */
  readonly histogram: number[] | null;
  /** By cluster, where the dataset has a cluster key. */
  readonly clusters: Map<string, Moments>;
  /** By weight and cluster, where the dataset has a weight key. */
  readonly weights: Map<string, WeightClass>;
  /** Values of a score without bounds, else null. */
  readonly counts: ValueCounts | null;
}

/** One algorithm over some samples. */
export interface AlgorithmCell {
  readonly scores: Map<string, ScoreCell>;
  readonly aggregates: Map<string, unknown>;
  /** The states of `aggregates` by independent parts of the samples. */
  readonly units: Map<string, AggregateUnits>;
  readonly unscored: Map<string, number>;
  /** Whether samples have weights. */
  isWeighted: boolean;
}

export function emptyScore({ range: [from, to] }: ScoreSpec): ScoreCell {
  const finite = Number.isFinite(from) && Number.isFinite(to);
  return {
    moments: new Moments(),
    histogram: finite ? new Array<number>(HISTOGRAM_BINS).fill(0) : null,
    clusters: new Map(),
    weights: new Map(),
    counts: finite ? null : new ValueCounts(),
  };
}

export function binOf(value: number, { range: [from, to] }: ScoreSpec): number {
  const position = Math.floor(((value - from) / (to - from)) * HISTOGRAM_BINS);
  return Math.min(HISTOGRAM_BINS - 1, Math.max(0, position));
}

export function clusterOf(score: ScoreCell, cluster: string): Moments {
  let sum = score.clusters.get(cluster);
  if (sum === undefined) {
    sum = new Moments();
    score.clusters.set(cluster, sum);
  }
  return sum;
}

export function weightOf({ weights }: ScoreCell, weight: number, cluster: string | undefined): Moments {
  const key = cluster === undefined ? `${weight}` : `${weight} ${cluster}`;
  let known = weights.get(key);
  if (known === undefined) {
    known = { weight, cluster, scores: new Moments() };
    weights.set(key, known);
  }
  return known.scores;
}
