import { type ClusterGroup, cr2, overClusters } from './cr2.ts';
import type { MeanEstimate } from './mean-estimate.ts';

/** Scores in [0, 1] that depend on one another within clusters (or carry weights, each then a cluster of its own). */
export interface ClusteredScores {
  /** Sizes (sums of weights, scaled to a mean of 1) and sums. */
  readonly clusters: readonly ClusterGroup[];
  /** Σ weight · x². */
  readonly squares: number;
  /** Whether every value is 0 or 1. */
  readonly allAtEnds: boolean;
  /** Design effect that is known beforehand: that of unequal weights. @default 1 */
  readonly leastEffect?: number;
  /** Weight of pseudo-clusters of graded scores for a design effect of 1. @default 1 */
  readonly ends?: number;
}

/** Weight of pseudo-clusters where every value is 0 or 1, beside that of graded scores. */
const AT_ENDS = 1.5;

/**
 * The ends estimate of clustered scores: CR2 with a pseudo-cluster at 0 and one at 1, as large as the data say that
 * clusters matter. First whole pseudo-clusters, of the size W that a sample meets, give a design effect in [1, W]; then
 * pseudo-clusters of that size are appended to the data. Data that say nothing about the correlation within clusters are
 * thereby taken as wholly correlated. Of unequal weights the effect is known and no estimate may fall below it: samples in
 * which the heavy ones saw no rare loss would say that weights do not matter. O(clusters).
 */
export function clusterEndsEstimate({
  clusters,
  squares,
  allAtEnds,
  leastEffect = 1,
  ends = 1,
}: ClusteredScores): MeanEstimate {
  const seen = clusters.filter(({ n }) => n > 0);
  const total = overClusters(seen, ({ n }) => n);
  const met = overClusters(seen, ({ n }) => n ** 2) / total;
  const found = met > 1 + 1e-12 ? designEffect(seen, squares, total, met) : 1;
  const effect = Math.min(Math.max(found, leastEffect), Math.max(met, 1));
  return cr2(withEnds(seen, effect * (allAtEnds && overClusters(seen, () => 1) > 1 ? AT_ENDS : ends)));
}

function designEffect(clusters: readonly ClusterGroup[], squares: number, total: number, met: number): number {
  const { center, variance } = cr2(withEnds(clusters, met));
  const all = total + 2 * met;
  const independent = (squares + met - all * center ** 2) / (all - 1) / all;
  return Math.min(Math.max(variance / independent, 1), met);
}

function withEnds(clusters: readonly ClusterGroup[], size: number): ClusterGroup[] {
  return [...clusters, { n: size, sum: 0 }, { n: size, sum: size }];
}
