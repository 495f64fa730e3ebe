import { incompleteBeta } from '../special/incomplete-beta.ts';
import { type Interval, tailProbability } from './interval.ts';

/** The median of scores that have no bounds, with its interval at every level. */
export interface MedianEstimate {
  readonly n: number;
  /** The middle value, or the mean of the two middle ones. */
  readonly median: number;
  /** null where so few scores leave even the whole sample short of the confidence. @param confidence @default 0.95 */
  interval(confidence?: number): Interval | null;
}

/**
 * Median with an interval of order statistics: from the k-th smallest to the k-th largest, with the largest k at which
 * P(fewer than k of n lie below the median) ≤ α/2. It covers whatever the distribution is (ties widen it), and no single
 * value, however huge, moves it by more than one place.
 * @param counted distinct scores with how often they came, in any order
 * @returns null without scores
 * @see H. A. David, H. N. Nagaraja (2003), Order Statistics, section 7.1
 */
export function medianEstimate(counted: Iterable<readonly [score: number, times: number]>): MedianEstimate | null {
  const sorted = [...counted].filter(([, times]) => times > 0).sort(([a], [b]) => a - b);
  const n = sorted.reduce((sum, [, times]) => sum + times, 0);
  if (n === 0) return null;
  const at = (rank: number) => {
    let seen = 0;
    for (const [score, times] of sorted) {
      seen += times;
      if (seen >= rank) return score;
    }
    return sorted.at(-1)![0];
  };
  const [lower, upper] = [at(Math.floor((n + 1) / 2)), at(Math.ceil((n + 1) / 2))];
  return {
    n,
    median: lower === upper ? lower : lower + (upper - lower) / 2,
    interval: (confidence = 0.95) => {
      const rank = largestRank(n, tailProbability(confidence));
      return rank === 0 ? null : [at(rank), at(n + 1 - rank)];
    },
  };
}

/** The largest k with P(Binomial(n, ½) ≤ k − 1) ≤ tail; 0 where there is none. */
function largestRank(n: number, tail: number): number {
  let low = 0;
  let high = Math.floor(n / 2);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    // P(X ≤ k − 1) = I_½(n − k + 1, k).
    if (incompleteBeta(n - middle + 1, middle, 0.5, 0.5) <= tail) low = middle;
    else high = middle - 1;
  }
  return low;
}
