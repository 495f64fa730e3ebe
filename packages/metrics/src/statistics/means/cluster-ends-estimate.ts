import type { ClusterTotal } from '../intervals/cluster-robust.ts';
import { ExactSum } from '../moments/exact-sum.ts';
import { cr2 } from './cr2.ts';
import type { MeanEstimate } from './mean-estimate.ts';

/** Scores in [0, 1] that depend on one another within clusters (or carry weights, each then a cluster of its own). */
export interface ClusteredScores {
  /** Sizes (sums of weights, scaled to a mean of 1) and sums. */
  readonly clusters: readonly ClusterTotal[];
  /** Σ weight · x². */
  readonly squares: number;
  /** Whether every value is 0 or 1. */
  readonly allAtEnds: boolean;
}

/** Weight of pseudo-clusters where every value is 0 or 1, beside that of graded scores. */
const AT_ENDS = 1.5;

/**
 * The ends estimate of clustered scores: CR2 with a pseudo-cluster at 0 and one at 1, as large as the data say that
 * clusters matter. First whole pseudo-clusters, of the size W that a sample meets, give a design effect in [1, W]; then
 * pseudo-clusters of that size are appended to the data. Data that say nothing about the correlation within clusters are
 * thereby taken as wholly correlated. O(clusters).
 */
export function clusterEndsEstimate({ clusters, squares, allAtEnds }: ClusteredScores): MeanEstimate {
  const seen = clusters.filter(({ n }) => n > 0);
  const total = sumOf(seen, ({ n }) => n);
  const met = sumOf(seen, ({ n }) => n ** 2) / total;
  const effect = met > 1 + 1e-12 ? designEffect(seen, squares, total, met) : 1;
  return cr2(withEnds(seen, effect * (allAtEnds && seen.length > 1 ? AT_ENDS : 1)));
}

function designEffect(clusters: readonly ClusterTotal[], squares: number, total: number, met: number): number {
  const { center, variance } = cr2(withEnds(clusters, met));
  const all = total + 2 * met;
  const independent = (squares + met - all * center ** 2) / (all - 1) / all;
  return Math.min(Math.max(variance / independent, 1), met);
}

function withEnds(clusters: readonly ClusterTotal[], size: number): ClusterTotal[] {
  return [...clusters, { n: size, sum: 0 }, { n: size, sum: size }];
}

function sumOf(clusters: readonly ClusterTotal[], figure: (cluster: ClusterTotal) => number): number {
  const sum = new ExactSum();
  for (const cluster of clusters) sum.add(figure(cluster));
  return sum.value();
}
