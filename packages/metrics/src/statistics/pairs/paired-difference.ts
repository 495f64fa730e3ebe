import { scaledEstimate } from '../means/bounded-mean.ts';
import { clusterEndsEstimate } from '../means/cluster-ends-estimate.ts';
import { overClusters } from '../means/cr2.ts';
import type { MeanEstimate } from '../means/mean-estimate.ts';
import { checkInRange, checkRange } from '../means/score-range.ts';
import { haveOneWeight, weightClasses, weightedClusters, weightedTotals } from '../means/weight-classes.ts';
import { Moments } from '../moments/moments.ts';
import { momentsByKey } from '../moments/moments-by-key.ts';
import type { DifferenceSums, FlipCounts } from './difference-sums.ts';
import { flipsInterval, flipsPvalue } from './flips.ts';
import { estimatedDifference, type MeanDifference, unknownDifference } from './mean-difference.ts';
import { tangoScore } from './tango.ts';

/** How two models are compared on the same samples. */
export type PairedMethod =
  /** The hull of two Tango intervals: every difference is a whole step up, down or none. */
  | 'flips'
  /** Student's with pseudo-observations at both ends of the range of a difference. */
  | 'paired-ends'
  /** CR2 with pseudo-clusters at both ends. */
  | 'paired-cluster-ends'
  /** The same where pairs count by weights: each pair or cluster has the size of its weights. */
  | 'paired-weighted-ends'
  /** Pairs of one cluster say nothing of others. */
  | 'one-cluster';

export interface PairedOptions {
  /** The most that one difference can be, above 0: the width of the score's range, or what the user vouches for. */
  readonly most: number;
  /** The cluster of each pair. */
  readonly clusters?: ArrayLike<string | number>;
  /** How much each pair counts, at least 0 each with a sum above 0; equal weights are none. */
  readonly weights?: ArrayLike<number>;
  /** Pseudo-observations at each end, of independent graded differences: {@link endsAt} a small level. @default 1.25 */
  readonly ends?: number;
}

/**
 * The mean of paired differences of a bounded score. O(n); no order of the pairs changes a bit.
 * @param differences candidate − baseline, within ±most
 * @returns null without pairs
 * @throws RangeError METRIC_OUT_OF_RANGE for a difference beyond ±most, METRIC_LENGTH_MISMATCH for other clusters,
 * METRIC_INVALID_WEIGHTS for weights that are negative, infinite or sum to 0
 * @example pairedDifference([1, 0, 0, 1, 1, 0, -1, 1], { most: 1 })?.interval()
 */
export function pairedDifference(
  differences: ArrayLike<number>,
  { most, clusters, weights, ends }: PairedOptions,
): MeanDifference<PairedMethod> | null {
  checkRange([-most, most]);
  const n = differences.length;
  if (n === 0) return null;
  const moments = Moments.of(Array.from(differences));
  checkInRange(moments.min!, moments.max!, [-most, most]);
  const weighted = weights === undefined ? null : weightedDifference(differences, weights, clusters, most);
  if (weighted !== null) return weighted;
  const difference = moments.mean()!;
  const groups = clusters === undefined ? undefined : momentsByKey(differences, clusters);
  const clustered = groups !== undefined && groups.length < n;
  if (clustered && groups.length === 1) return unknownDifference('one-cluster', n, difference, most);
  if (!clustered) return independentDifference(moments, countFlips(differences, most), most, ends);
  const estimate = unscaled(scaledEstimate(moments, [-most, most], groups, ends), most);
  return estimatedDifference('paired-cluster-ends', n, difference, estimate, most);
}

/**
 * The same of independent pairs that count alike, from what they add up to: to the last bit what {@link pairedDifference}
 * says of the pairs themselves. O(1).
 * @returns null without pairs
 * @throws RangeError METRIC_OUT_OF_RANGE for a difference beyond ±most
 * @example summedDifference(DifferenceSums.of([1, 0, 0, 1, -1]), { most: 1 })?.interval()
 */
export function summedDifference(
  sums: DifferenceSums,
  { most, ends }: Pick<PairedOptions, 'most' | 'ends'>,
): MeanDifference<PairedMethod> | null {
  checkRange([-most, most]);
  const { moments } = sums;
  if (moments.n === 0) return null;
  checkInRange(moments.min!, moments.max!, [-most, most]);
  return independentDifference(moments, sums.flips(most), most, ends);
}

function independentDifference(
  moments: Moments,
  flips: FlipCounts | null,
  most: number,
  ends: number | undefined,
): MeanDifference<PairedMethod> {
  const difference = moments.mean()!;
  if (flips !== null) return flipped(flips, difference, most);
  const estimate = unscaled(scaledEstimate(moments, [-most, most], undefined, ends), most);
  return estimatedDifference('paired-ends', moments.n, difference, estimate, most);
}

/** null for weights that are all equal: they are none. */
function weightedDifference(
  differences: ArrayLike<number>,
  weights: ArrayLike<number>,
  clusters: ArrayLike<string | number> | undefined,
  most: number,
): MeanDifference<PairedMethod> | null {
  const classes = weightClasses(differences, weights, clusters);
  const { n, mean } = weightedTotals(classes)!;
  if (haveOneWeight(classes)) return null;
  const scaled = weightedClusters(classes, [-most, most]);
  if (overClusters(scaled.clusters, () => 1) === 1) return unknownDifference('one-cluster', n, mean, most);
  return estimatedDifference('paired-weighted-ends', n, mean, unscaled(clusterEndsEstimate(scaled), most), most);
}

/** From [0, 1] to ±most. */
function unscaled({ center, variance, df }: MeanEstimate, most: number): MeanEstimate {
  return { center: most * (2 * center - 1), variance: (2 * most) ** 2 * variance, df };
}

/** null where a difference is neither 0 nor ±most. */
function countFlips(differences: ArrayLike<number>, most: number): FlipCounts | null {
  let wins = 0;
  let losses = 0;
  for (let i = 0; i < differences.length; i++) {
    if (differences[i] === most) wins++;
    else if (differences[i] === -most) losses++;
    else if (differences[i] !== 0) return null;
  }
  return { wins, losses, n: differences.length };
}

function flipped(flips: FlipCounts, difference: number, most: number): MeanDifference<PairedMethod> {
  return {
    method: 'flips',
    n: flips.n,
    difference,
    interval: (confidence) => {
      const [low, high] = flipsInterval(flips, confidence);
      return [most * low, most * high];
    },
    pvalue: (border = 0) => (Math.abs(border) > most ? 0 : flipsPvalue(flips, border / most)),
    side: (border = 0) => (flips.n < 2 ? 0 : (Math.sign(tangoScore(flips, border / most)) as -1 | 0 | 1)),
  };
}
