import { Moments } from '../moments/moments.ts';
import { estimatedDifference, type MeanDifference } from '../pairs/mean-difference.ts';

/** The same sample as two models score it. */
export interface RankedPair {
  readonly isPositive: boolean;
  readonly baseline: number;
  readonly candidate: number;
}

export interface AucDifference extends MeanDifference<'paired-delong'> {
  /** What each sample adds to the difference, for what it has in common with others; in the order given. */
  readonly contributions: Float64Array;
}

/** Weight of the crossed pseudo samples, as for other scores over a corpus. */
const CROSSED = 0.25;
const [NEVER, ALWAYS] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/**
 * Difference (candidate − baseline) of two models' areas under the ROC curve on the same samples: DeLong's covariance of both,
 * with crossed pseudo samples of weight ¼ in each class (the best rank of one beside the worst of the other, both ways), and
 * Welch and Satterthwaite's degrees of freedom. O(n log n).
 * @returns null where a class has no sample
 * @see E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson (1988), Biometrics 44, 837
 */
export function aucDifference(pairs: readonly RankedPair[]): AucDifference | null {
  const classes = [true, false].map((wanted) => pairs.filter(({ isPositive }) => isPositive === wanted));
  const [positive, negative] = classes as [RankedPair[], RankedPair[]];
  if (positive.length === 0 || negative.length === 0) return null;
  const plain = leads(positive, negative, 0);
  const difference = Moments.of(plain).mean()!;
  const sides = [
    weighted(leads(positive, negative, CROSSED)),
    weighted(leads(negative, positive, CROSSED, -1)),
  ] as const;
  const variance = sides[0].variance + sides[1].variance;
  const df = variance ** 2 / sides.reduce((sum, side) => sum + side.variance ** 2 / side.df, 0);
  const estimate = { center: sides[0].mean, variance, df };
  const below = leads(negative, positive, 0, -1);
  const counts = [0, 0];
  const contributions = Float64Array.from(pairs, ({ isPositive }) =>
    isPositive
      ? (plain[counts[0]!++]! - difference) / positive.length
      : (below[counts[1]!++]! - difference) / negative.length,
  );
  return { ...estimatedDifference('paired-delong', pairs.length, difference, estimate, 1), contributions };
}

/** How much better the candidate ranks each of `own` above `others`, the two crossed pseudo samples at the end. */
function leads(own: readonly RankedPair[], others: readonly RankedPair[], pseudo: number, sign = 1): Float64Array {
  const shares = (['baseline', 'candidate'] as const).map((side) => {
    const crossed = pseudo === 0 ? [] : [NEVER, ALWAYS];
    const share = shareBelow(
      others.map((pair) => pair[side]),
      pseudo,
    );
    const ends = side === 'baseline' ? crossed : [...crossed].reverse();
    return [...own.map((pair) => pair[side]), ...ends].map(share);
  });
  return Float64Array.from(shares[0]!, (before, at) => sign * (shares[1]![at]! - before));
}

/** The share of scores below one, ties counting half, with `pseudo` more at both ends. */
function shareBelow(scores: readonly number[], pseudo: number): (score: number) => number {
  const sorted = Float64Array.from(scores).sort();
  const total = sorted.length + 2 * pseudo;
  return (score) => {
    const inside = (countBelow(sorted, score, false) + countBelow(sorted, score, true)) / 2;
    const ends = score === NEVER ? 0.5 : score === ALWAYS ? 1.5 : 1;
    return (inside + ends * pseudo) / total;
  };
}

function countBelow(sorted: Float64Array, score: number, ties: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ties ? sorted[middle]! <= score : sorted[middle]! < score) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Mean of leads whose last two weigh a quarter, and the variance of that mean. */
function weighted(values: Float64Array): { mean: number; variance: number; df: number } {
  const weights = values.map((_, at) => (at < values.length - 2 ? 1 : CROSSED));
  const total = values.length - 2 + 2 * CROSSED;
  const mean = Moments.of(values.map((value, at) => value * weights[at]!)).sum() / total;
  const squares = Moments.of(values.map((value, at) => weights[at]! * (value - mean) ** 2)).sum();
  const df = Math.max(total - 1, CROSSED);
  return { mean, variance: squares / df / total, df };
}
