import { scaledEstimate } from '../means/bounded-mean.ts';
import { clusterEndsEstimate } from '../means/cluster-ends-estimate.ts';
import { clusterGroups } from '../means/cluster-groups.ts';
import { overClusters } from '../means/cr2.ts';
import type { MeanEstimate } from '../means/mean-estimate.ts';
import { checkInRange, checkRange, type ScoreRange } from '../means/score-range.ts';
import { haveOneWeight, type WeightClass, weightedClusters, weightedTotals } from '../means/weight-classes.ts';
import type { Moments } from '../moments/moments.ts';
import { estimatedDifference, type MeanDifference, unknownDifference } from '../pairs/mean-difference.ts';

/** How two runs on other samples are compared. */
export type IndependentMethod =
  /** Welch and Satterthwaite's t over the ends estimate of either side. */
  | 'two-sample-ends'
  /** A side whose samples are all of one cluster says nothing of others. */
  | 'one-cluster';

/** The scores of one side, and the same by cluster where they come in clusters, or by weight and cluster. */
export interface IndependentSide {
  readonly scores: Moments;
  readonly clusters?: readonly Moments[];
  /** Where scores count by weights. */
  readonly classes?: readonly WeightClass[];
}

/**
 * Difference of the means of a bounded score over two sets of samples that have nothing to do with one another.
 * False alarms at most 5.5 % at nominal 5 from 20 against 500 samples up, where Welch's own test has 67 %.
 * @returns null where a side has no scores
 * @throws RangeError METRIC_OUT_OF_RANGE for a score outside its range, METRIC_INVALID_WEIGHTS for weights that are
 * negative, infinite or sum to 0
 */
export function independentDifference(
  baseline: IndependentSide,
  candidate: IndependentSide,
  range: ScoreRange = [0, 1],
): MeanDifference<IndependentMethod> | null {
  checkRange(range);
  const sides = [baseline, candidate] as const;
  if (sides.some(({ scores }) => scores.n === 0)) return null;
  for (const { scores } of sides) checkInRange(scores.min!, scores.max!, range);
  const width = range[1] - range[0];
  const n = baseline.scores.n + candidate.scores.n;
  const difference = meanOf(candidate) - meanOf(baseline);
  if (sides.some(isOneCluster)) return unknownDifference('one-cluster', n, difference, width);
  const [before, after] = [sideEstimate(baseline, range), sideEstimate(candidate, range)];
  const variance = before.variance + after.variance;
  const df = variance ** 2 / (before.variance ** 2 / before.df + after.variance ** 2 / after.df);
  const estimate = { center: width * (after.center - before.center), variance: width ** 2 * variance, df };
  return estimatedDifference('two-sample-ends', n, difference, estimate, width);
}

function meanOf({ scores, classes }: IndependentSide): number {
  return classes === undefined ? scores.mean()! : weightedTotals(classes)!.mean;
}

function sideEstimate({ scores, clusters, classes }: IndependentSide, range: ScoreRange): MeanEstimate {
  if (classes === undefined || haveOneWeight(classes)) return scaledEstimate(scores, range, clusters);
  return clusterEndsEstimate(weightedClusters(classes, range));
}

function isOneCluster({ scores, clusters, classes }: IndependentSide): boolean {
  const groups =
    classes === undefined || haveOneWeight(classes)
      ? clusterGroups(scores, clusters)
      : weightedClusters(classes, [0, 1]).clusters;
  return groups !== null && overClusters(groups, () => 1) === 1;
}
