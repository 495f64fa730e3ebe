import { Moments } from '../moments/moments.ts';
import { momentsByKey } from '../moments/moments-by-key.ts';
import { clusterEndsEstimate } from './cluster-ends-estimate.ts';
import { endsEstimate } from './ends-estimate.ts';
import type { MeanEstimate } from './mean-estimate.ts';

/**
 * The ends estimate of scores in [0, 1] that may carry weights and may come in clusters. A weighted sample without a
 * cluster is a cluster of the size of its weight.
 * @param weights of mean 1
 * @param keys the cluster of each score
 */
export function weightedEstimate(
  values: ArrayLike<number>,
  weights?: ArrayLike<number>,
  keys?: ArrayLike<string | number>,
): MeanEstimate {
  const scores = Moments.of(Array.from(values));
  if (weights === undefined && keys === undefined) {
    const { n } = scores;
    return endsEstimate({ n, mean: scores.mean() ?? 0, m2: (scores.variance() ?? 0) * (n - 1) });
  }
  const own = weights ?? new Float64Array(values.length).fill(1);
  const clusterOf = keys ?? Uint32Array.from({ length: values.length }, (_, i) => i);
  const products = Float64Array.from(own, (weight, i) => weight * values[i]!);
  const sums = momentsByKey(products, clusterOf);
  const sizes = momentsByKey(own, clusterOf);
  return clusterEndsEstimate({
    clusters: sums.map((sum, g) => ({ n: sizes[g]!.sum(), sum: sum.sum() })),
    squares: Moments.of(products.map((product, i) => product * values[i]!)).sum(),
    allAtEnds: scores.allAt([0, 1]) !== null,
  });
}
