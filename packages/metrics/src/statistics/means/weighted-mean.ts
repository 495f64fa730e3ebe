import { type BoundedMean, boundedMean } from './bounded-mean.ts';
import { clusterEndsEstimate } from './cluster-ends-estimate.ts';
import { overClusters } from './cr2.ts';
import { estimateInterval } from './mean-estimate.ts';
import { checkInRange, checkRange, type ScoreRange, scaleInterval } from './score-range.ts';
import {
  haveOneWeight,
  unweighted,
  type WeightClass,
  weightClasses,
  weightedClusters,
  weightedTotals,
} from './weight-classes.ts';

/**
 * Mean of bounded scores that count by weights. Each sample, or each cluster, is a cluster of the size of its weights;
 * equal weights are none.
 * @param weights at least 0 each, with a sum above 0
 * @param keys the cluster of each score
 * @returns null without scores
 * @throws RangeError METRIC_INVALID_WEIGHTS for a negative or infinite weight, or weights that sum to 0
 */
export function weightedMean(
  values: ArrayLike<number>,
  weights: ArrayLike<number>,
  range: ScoreRange = [0, 1],
  keys?: ArrayLike<string | number>,
): BoundedMean | null {
  return weightedClassMean(weightClasses(values, weights, keys), range);
}

/** The same of scores sorted by weight and cluster, which merge. O(classes). */
export function weightedClassMean(classes: readonly WeightClass[], range: ScoreRange = [0, 1]): BoundedMean | null {
  checkRange(range);
  const totals = weightedTotals(classes);
  if (totals === null) return null;
  const { scores, clusters } = unweighted(classes);
  if (haveOneWeight(classes)) return boundedMean(scores, range, clusters);
  checkInRange(scores.min!, scores.max!, range);
  const { n, mean } = totals;
  const scaled = weightedClusters(classes, range);
  const [low, high] = range;
  if (overClusters(scaled.clusters, () => 1) === 1) {
    return { n, mean, method: 'one-cluster', interval: () => [low, high] };
  }
  const estimate = clusterEndsEstimate(scaled);
  const interval = (confidence = 0.95) => scaleInterval(estimateInterval(estimate, confidence), range);
  return { n, mean, method: 'weighted-ends', interval };
}
