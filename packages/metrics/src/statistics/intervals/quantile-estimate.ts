import { incompleteBeta } from '../special/incomplete-beta.ts';
import { type Interval, tailProbability } from './interval.ts';

/** A quantile of scores that need have no bounds, with its interval at every level. */
export interface QuantileEstimate {
  readonly n: number;
  /** By linear interpolation between order statistics (numpy's default). */
  readonly value: number;
  /** null where so few scores leave an end of it open. @param confidence @default 0.95 */
  interval(confidence?: number): Interval | null;
}

/**
 * Quantile with an interval of order statistics: from the largest rank that lies below it with chance α/2 at most to the
 * smallest that lies above it so. It covers whatever the distribution is (ties widen it), and no single value, however huge,
 * moves it by more than one place. At 95 % the median needs 6 scores, the 95th percentile 72.
 * @param counted distinct scores with how often they came, in any order
 * @param share in (0, 1) @default 0.5, the median
 * @returns null without scores
 * @see H. A. David, H. N. Nagaraja (2003), Order Statistics, section 7.1
 */
export function quantileEstimate(
  counted: Iterable<readonly [score: number, times: number]>,
  share: number = 0.5,
): QuantileEstimate | null {
  // −0 and 0 are one score, whichever comes first.
  const sorted = Array.from(counted, ([score, times]) => [score + 0, times] as const)
    .filter(([, times]) => times > 0)
    .sort(([a], [b]) => a - b);
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
  const position = share * (n - 1);
  const [low, high] = [at(Math.floor(position) + 1), at(Math.ceil(position) + 1)];
  return {
    n,
    value: low === high ? low : low + (high - low) * (position - Math.floor(position)),
    interval: (confidence = 0.95) => {
      const tail = tailProbability(confidence);
      const lower = largestRank(n, share, tail);
      const upper = n + 1 - largestRank(n, 1 - share, tail);
      return lower === 0 || upper > n ? null : [at(lower), at(upper)];
    },
  };
}

/** The largest k with P(Binomial(n, share) ≤ k − 1) ≤ tail; 0 where there is none. */
function largestRank(n: number, share: number, tail: number): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    // P(X ≤ k − 1) = I_{1 − share}(n − k + 1, k).
    if (incompleteBeta(n - middle + 1, middle, 1 - share, share) <= tail) low = middle;
    else high = middle - 1;
  }
  return low;
}
