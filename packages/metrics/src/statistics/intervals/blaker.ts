import { findRoot } from '../special/find-root.ts';
import { incompleteBeta, incompleteBetaInverse } from '../special/incomplete-beta.ts';
import { checkCounts, type Interval, tailProbability } from './interval.ts';

/** Of a root, as a share of it. */
const ROUNDING = 1e-14;

/**
 * Blaker's exact interval of a proportion: never below its nominal coverage, and within Clopper and Pearson's.
 * @returns within [0, 1]; n = 0 gives [0, 1]
 * @see H. Blaker (2000), Confidence curves and improved exact confidence intervals for discrete distributions
 */
export function blakerInterval(successes: number, n: number, confidence: number = 0.95): Interval {
  const tail = tailProbability(confidence);
  checkCounts(successes, n);
  const key = `${successes} of ${n} at ${tail}`;
  const made = known.get(key);
  if (made !== undefined) return [...made];
  const interval: Interval = [lowerLimit(successes, n, tail), 1 - lowerLimit(n - successes, n, tail)];
  if (known.size === MOST_KNOWN) known.clear();
  known.set(key, interval);
  return [...interval];
}

/** Roots are dear, and few counts are asked for again and again: by categories, gates, and simulations. */
const known = new Map<string, Interval>();
const MOST_KNOWN = 1000;

function lowerLimit(x: number, n: number, tail: number): number {
  if (x === 0) return 0;
  // Clopper and Pearson's limit, where P(X ≥ x) = α/2.
  const start = incompleteBetaInverse(x, n - x + 1, tail);
  const k = largestRejected(start, x, n, tail);
  const jump = findRoot((p) => atLeast(x, n, p) - atMost(k + 1, n, p), start, 1);
  // Falls, then rises on [start, jump): it is negative at start, so that the root is where it comes back to 0.
  const excess = (p: number) => atLeast(x, n, p) + atMost(k, n, p) - 2 * tail;
  // The jump itself is not rejected: rounding must not leave it outside (it is ½ for some x, and ½ may be the truth).
  return excess(jump) <= 0 ? jump * (1 - ROUNDING) : findRoot(excess, start, jump);
}

/** The largest k < x with P(X ≤ k) ≤ α/2; −1 where there is none. */
function largestRejected(p: number, x: number, n: number, tail: number): number {
  let low = -1;
  let high = x - 1;
  while (low < high) {
    const middle = Math.floor((low + high + 1) / 2);
    if (atMost(middle, n, p) <= tail) low = middle;
    else high = middle - 1;
  }
  return low;
}

function atLeast(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  return k > n ? 0 : incompleteBeta(k, n - k + 1, p);
}

function atMost(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  return k >= n ? 1 : incompleteBeta(n - k, k + 1, 1 - p, p);
}
