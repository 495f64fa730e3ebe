import type { ClusterTotal } from '../intervals/cluster-robust.ts';
import { ExactSum } from '../moments/exact-sum.ts';
import type { MeanEstimate } from './mean-estimate.ts';

/**
 * Mean of clustered values with Bell and McCaffrey's bias-reduced variance (CR2) and degrees of freedom, in the closed
 * form that a model of an intercept alone has: V = Σ (S_g − m n_g)² / (1 − n_g/n) / n²,
 * df = n² / (Σ n_g² + ((Σ q)² − Σ q²) / n²) with q_g = n_g² / (1 − n_g/n). O(clusters); no order changes a bit.
 * @param clusters at least two, of size above 0; sizes may be sums of weights
 * @see https://arxiv.org/abs/1601.01981
 */
export function cr2(clusters: readonly ClusterTotal[]): MeanEstimate {
  const n = exactly(clusters, ({ n: size }) => size);
  const center = exactly(clusters, ({ sum }) => sum) / n;
  const leverage = ({ n: size }: ClusterTotal) => 1 - size / n;
  const q = (cluster: ClusterTotal) => cluster.n ** 2 / leverage(cluster);
  const variance = exactly(clusters, (cluster) => (cluster.sum - center * cluster.n) ** 2 / leverage(cluster)) / n ** 2;
  const qs = exactly(clusters, q);
  const spread = (qs ** 2 - exactly(clusters, (cluster) => q(cluster) ** 2)) / n ** 2;
  return { center, variance, df: n ** 2 / (exactly(clusters, ({ n: size }) => size ** 2) + spread) };
}

/** The sum of a figure over clusters, rounded once. */
function exactly(clusters: readonly ClusterTotal[], figure: (cluster: ClusterTotal) => number): number {
  const sum = new ExactSum();
  for (const cluster of clusters) sum.add(figure(cluster));
  return sum.value();
}
