import { invalidArgument } from '../invalid-argument.ts';
import { neumaierSum } from '../moments/array-moments.ts';
import type { Interval } from './interval.ts';
import { studentInterval } from './student.ts';

/** What one cluster of samples adds; add up sums and counts to merge. */
export interface ClusterTotal {
  readonly n: number;
  readonly sum: number;
}

export interface ClusterRobustMean {
  readonly mean: number;
  /** null for fewer than two clusters */
  readonly standardError: number | null;
  readonly clusters: number;
  readonly n: number;
  /** Student's, with one degree of freedom less than there are clusters. */
  readonly interval: Interval;
}

/**
 * Mean of samples that depend on each other within clusters:
 * SE² = G/(G−1) · Σ_g (sum_g − n_g · mean)² / n², which for clusters of one is the usual standard error.
 * @returns null without samples
 * @see https://arxiv.org/abs/2411.00640 section 2.2
 */
export function clusterRobustMean(
  totals: readonly ClusterTotal[],
  confidence: number = 0.95,
): ClusterRobustMean | null {
  const seen = totals.filter(({ n }) => n > 0);
  const n = seen.reduce((sum, total) => sum + total.n, 0);
  if (n === 0) return null;
  const mean = neumaierSum(seen.map(({ sum }) => sum)) / n;
  const clusters = seen.length;
  const squares = neumaierSum(seen.map((total) => (total.sum - total.n * mean) ** 2));
  const standardError = clusters < 2 ? null : Math.sqrt((clusters / (clusters - 1)) * squares) / n;
  return {
    mean,
    standardError,
    clusters,
    n,
    interval: studentInterval(mean, standardError ?? 0, clusters, confidence),
  };
}

/** Totals per key, in order of first appearance. */
export function clusterTotals(values: ArrayLike<number>, keys: ArrayLike<string | number>): ClusterTotal[] {
  if (values.length !== keys.length) {
    throw invalidArgument(`${keys.length} keys for ${values.length} values`, 'METRIC_LENGTH_MISMATCH');
  }
  const totals = new Map<string | number, { n: number; sum: number }>();
  for (let i = 0; i < values.length; i++) {
    const total = totals.get(keys[i]!) ?? { n: 0, sum: 0 };
    total.n += 1;
    total.sum += values[i]!;
    totals.set(keys[i]!, total);
  }
  return [...totals.values()];
}
