import { blakerInterval } from '../intervals/blaker.ts';
import type { Interval } from '../intervals/interval.ts';
import type { Moments } from '../moments/moments.ts';
import { clusterEndsEstimate } from './cluster-ends-estimate.ts';
import { clusterGroups } from './cluster-groups.ts';
import { type ClusterGroup, overClusters } from './cr2.ts';
import { endsEstimate } from './ends-estimate.ts';
import { estimateInterval, type MeanEstimate } from './mean-estimate.ts';
import { checkInRange, checkRange, type ScoreRange, scaleInterval } from './score-range.ts';

/** How the interval of a bounded mean is made. */
export type BoundedMeanMethod =
  /** Blaker's exact interval: independent scores, all at an end of their range. */
  | 'blaker'
  /** Student's with pseudo-observations at both ends of the range: independent graded scores. */
  | 'ends'
  /** CR2 with Bell and McCaffrey's degrees of freedom and pseudo-clusters at both ends of the range. */
  | 'cluster-ends'
  /** The same where scores count by weights: each sample or cluster has the size of its weights. */
  | 'weighted-ends'
  /** Scores of one cluster alone say nothing of others: the whole range. */
  | 'one-cluster';

/** A mean of bounded scores that knows its interval at every level. */
export interface BoundedMean {
  readonly method: BoundedMeanMethod;
  readonly n: number;
  /** The plain mean, which the interval contains at any confidence from 0.8 up. */
  readonly mean: number;
  /** In the units of the score, within its range and never of zero width. @param confidence @default 0.95 */
  interval(confidence?: number): Interval;
}

/**
 * The mean of bounded scores with the interval that suits them, from mergeable sums: O(1), or O(clusters).
 * @param clusters the same scores by cluster, where they come in clusters; scores of none stand alone
 * @returns null without scores: then nothing is known
 * @throws RangeError METRIC_OUT_OF_RANGE for a score outside its range
 * @example boundedMean(Moments.of([0.2, 0.9, 1]), [0, 1])?.interval() // [0.16…, 1]
 */
export function boundedMean(
  scores: Moments,
  range: ScoreRange = [0, 1],
  clusters?: readonly Moments[],
): BoundedMean | null {
  checkRange(range);
  const { n } = scores;
  if (n === 0) return null;
  checkInRange(scores.min!, scores.max!, range);
  const mean = scores.mean()!;
  const bounded = (method: BoundedMeanMethod, interval: (confidence: number) => Interval): BoundedMean => ({
    method,
    n,
    mean,
    interval: (confidence = 0.95) => scaleInterval(interval(confidence), range),
  });
  const groups = clusterGroups(scores, clusters);
  if (groups !== null) {
    if (overClusters(groups, () => 1) === 1) return bounded('one-cluster', () => [0, 1]);
    const estimate = clusterEstimateOf(scores, groups, range);
    return bounded('cluster-ends', (confidence) => estimateInterval(estimate, confidence));
  }
  const ends = scores.allAt(range);
  if (ends !== null) return bounded('blaker', (confidence) => blakerInterval(ends.high, n, confidence));
  const estimate = endsEstimate(scaledMoments(scores, range));
  return bounded('ends', (confidence) => estimateInterval(estimate, confidence));
}

/** The ends estimate of scores scaled to [0, 1], by cluster where there are several scores in one. */
export function scaledEstimate(
  scores: Moments,
  range: ScoreRange,
  clusters?: readonly Moments[],
  ends?: number,
): MeanEstimate {
  const groups = clusterGroups(scores, clusters);
  if (groups !== null) return clusterEstimateOf(scores, groups, range);
  return endsEstimate(scaledMoments(scores, range), ends);
}

function scaledMoments(scores: Moments, [low, high]: ScoreRange): { n: number; mean: number; m2: number } {
  const { n } = scores;
  const width = high - low;
  return { n, mean: ((scores.mean() ?? 0) - low) / width, m2: ((scores.variance() ?? 0) * (n - 1)) / width ** 2 };
}

function clusterEstimateOf(scores: Moments, groups: readonly ClusterGroup[], [low, high]: ScoreRange): MeanEstimate {
  const width = high - low;
  const clusters = groups.map((group): ClusterGroup => {
    const { n: size, sum, count = 1, within = 0 } = group;
    return { ...group, sum: (sum - count * size * low) / width, within: within / width ** 2 };
  });
  const { n, mean, m2 } = scaledMoments(scores, [low, high]);
  return clusterEndsEstimate({
    clusters,
    squares: m2 + n * mean ** 2,
    allAtEnds: scores.allAt([low, high]) !== null,
  });
}
