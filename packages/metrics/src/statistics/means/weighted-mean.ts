import { invalidArgument } from '../invalid-argument.ts';
import { ExactSum } from '../moments/exact-sum.ts';
import { Moments } from '../moments/moments.ts';
import { momentsByKey } from '../moments/moments-by-key.ts';
import { type BoundedMean, boundedMean } from './bounded-mean.ts';
import { estimateInterval } from './mean-estimate.ts';
import { checkInRange, checkRange, type ScoreRange, scaleInterval } from './score-range.ts';
import { weightedEstimate } from './weighted-estimate.ts';

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
  checkRange(range);
  const n = values.length;
  if (weights.length !== n) {
    throw invalidArgument(`${weights.length} weights for ${n} values`, 'METRIC_LENGTH_MISMATCH');
  }
  if (n === 0) return null;
  const scores = Moments.of(Array.from(values));
  checkInRange(scores.min!, scores.max!, range);
  const scale = n / totalWeight(weights);
  const sameWeights = Array.from(weights).every((weight) => weight === weights[0]);
  if (sameWeights) return boundedMean(scores, range, keys === undefined ? undefined : momentsByKey(values, keys));
  return weighted(
    values,
    Float64Array.from(weights, (weight) => weight * scale),
    range,
    keys,
  );
}

function weighted(
  values: ArrayLike<number>,
  weights: Float64Array,
  range: ScoreRange,
  keys: ArrayLike<string | number> | undefined,
): BoundedMean {
  const [low, high] = range;
  const n = weights.length;
  const scaled = Float64Array.from(weights, (_, i) => (values[i]! - low) / (high - low));
  const share = Moments.of(scaled.map((value, i) => weights[i]! * value)).sum() / n;
  const common = { n, mean: low + (high - low) * share };
  const weighing = Array.from(weights.keys()).filter((i) => weights[i]! > 0);
  if (n > 1 && new Set(weighing.map((i) => keys?.[i] ?? i)).size === 1) {
    return { ...common, method: 'one-cluster', interval: () => [low, high] };
  }
  const estimate = weightedEstimate(scaled, weights, keys);
  const interval = (confidence = 0.95) => scaleInterval(estimateInterval(estimate, confidence), range);
  return { ...common, method: 'cluster-ends', interval };
}

function totalWeight(weights: ArrayLike<number>): number {
  const total = new ExactSum();
  for (let i = 0; i < weights.length; i++) {
    if (!(weights[i]! >= 0 && Number.isFinite(weights[i]))) {
      throw invalidArgument(`the weight ${weights[i]} is not a finite number of at least 0`, 'METRIC_INVALID_WEIGHTS');
    }
    total.add(weights[i]!);
  }
  if (!(total.value() > 0)) throw invalidArgument('the weights sum to 0', 'METRIC_INVALID_WEIGHTS');
  return total.value();
}
