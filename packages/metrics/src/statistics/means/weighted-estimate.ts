import { Moments } from '../moments/moments.ts';
import { clusterEndsEstimate } from './cluster-ends-estimate.ts';
import { endsEstimate } from './ends-estimate.ts';
import type { MeanEstimate } from './mean-estimate.ts';
import { weightClasses, weightedClusters } from './weight-classes.ts';

/**
 * The ends estimate of scores in [0, 1] that may carry weights and may come in clusters. A weighted sample without a
 * cluster is a cluster of the size of its weight, and how much weights matter is estimated: where one sample in ten counts
 * ten times and rare losses are the same in all, that covers 84 %. `weightedClassMean` knows it in place of estimating.
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
  const { clusters, squares, allAtEnds } = weightedClusters(weightClasses(values, own, keys), [0, 1]);
  return clusterEndsEstimate({ clusters, squares, allAtEnds });
}
