import type { Interval } from '../intervals/interval.ts';
import { estimateInterval, type MeanEstimate } from '../means/mean-estimate.ts';
import { Moments } from '../moments/moments.ts';

/** An area under the ROC curve with its interval at every level. */
export interface AucEstimate extends MeanEstimate {
  readonly method: 'delong';
  /** Within [0, 1]. @param confidence @default 0.95 */
  interval(confidence?: number): Interval;
}

/**
 * Area under the ROC curve with DeLong's variance, after a positive and a negative were added at −∞ and at +∞, and Welch
 * and Satterthwaite's degrees of freedom. O(n log n).
 * @param negative scores of the samples that are not of the class; ties with positives count half
 * @returns null where both sides together have fewer than two
 * @see E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson (1988)
 */
export function aucEstimate(negative: ArrayLike<number>, positive: ArrayLike<number>): AucEstimate | null {
  if (negative.length + positive.length < 2) return null;
  const below = withEnds(negative);
  const above = withEnds(positive);
  const wins = Moments.of(above.map((score) => shareBelow(below, score)));
  const losses = Moments.of(below.map((score) => 1 - shareBelow(above, score)));
  const first = wins.variance()! / above.length;
  const second = losses.variance()! / below.length;
  const variance = first + second;
  const df = variance ** 2 / (first ** 2 / (above.length - 1) + second ** 2 / (below.length - 1));
  const estimate = { center: wins.mean()!, variance, df };
  const interval = (confidence?: number): Interval => {
    const [low, high] = estimateInterval(estimate, confidence);
    return [Math.max(0, low), Math.min(1, high)];
  };
  return { method: 'delong', ...estimate, interval };
}

function withEnds(scores: ArrayLike<number>): Float64Array {
  return Float64Array.from([Number.NEGATIVE_INFINITY, ...Array.from(scores), Number.POSITIVE_INFINITY]).sort();
}

/** Share of sorted scores below one, ties counting half. */
function shareBelow(sorted: Float64Array, score: number): number {
  return (firstAt(sorted, score, false) + firstAt(sorted, score, true)) / 2 / sorted.length;
}

/** How many sorted scores lie below one (or, with `ties`, at most at it). */
function firstAt(sorted: Float64Array, score: number, ties: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const isBefore = ties ? sorted[middle]! <= score : sorted[middle]! < score;
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}
