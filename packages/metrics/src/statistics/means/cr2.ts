import type { ClusterTotal } from '../intervals/cluster-robust.ts';
import { ExactSum } from '../moments/exact-sum.ts';
import type { MeanEstimate } from './mean-estimate.ts';

/** Clusters of one size: usually one, or all independent samples that count by the same weight. */
export interface ClusterGroup extends ClusterTotal {
  /** How many clusters; `n` is the size of each, `sum` is over all of them. @default 1 */
  readonly count?: number;
  /** Σ (S_g − mean of S_g)² over them. @default 0 */
  readonly within?: number;
}

/**
 * Mean of clustered values with Bell and McCaffrey's bias-reduced variance (CR2) and degrees of freedom, in the closed
 * form that a model of an intercept alone has: V = Σ (S_g − m n_g)² / (1 − n_g/n) / n²,
 * df = n² / (Σ n_g² + ((Σ q)² − Σ q²) / n²) with q_g = n_g² / (1 − n_g/n). O(groups); no order changes a bit.
 * @param groups at least two clusters in all, of size above 0; sizes may be sums of weights
 * @see https://arxiv.org/abs/1601.01981
 */
export function cr2(groups: readonly ClusterGroup[]): MeanEstimate {
  const n = overClusters(groups, ({ n: size }) => size);
  const center = exactly(groups, ({ sum }) => sum) / n;
  const leverage = ({ n: size }: ClusterGroup) => 1 - size / n;
  const q = (group: ClusterGroup) => group.n ** 2 / leverage(group);
  const squares = ({ n: size, sum, count = 1, within = 0 }: ClusterGroup) =>
    within + count * (sum / count - center * size) ** 2;
  const variance = exactly(groups, (group) => squares(group) / leverage(group)) / n ** 2;
  const qs = overClusters(groups, q);
  const spread = (qs ** 2 - overClusters(groups, (group) => q(group) ** 2)) / n ** 2;
  return { center, variance, df: n ** 2 / (overClusters(groups, ({ n: size }) => size ** 2) + spread) };
}

/** The sum of a figure that every cluster of a group has. */
export function overClusters(groups: readonly ClusterGroup[], figure: (group: ClusterGroup) => number): number {
  return exactly(groups, (group) => (group.count ?? 1) * figure(group));
}

/** The sum of a figure over groups, rounded once. */
function exactly(groups: readonly ClusterGroup[], figure: (group: ClusterGroup) => number): number {
  const sum = new ExactSum();
  for (const group of groups) sum.add(figure(group));
  return sum.value();
}
