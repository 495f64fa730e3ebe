import { normalQuantile } from '../special/normal.ts';
import { checkCounts, type Interval, tailProbability } from './interval.ts';

/**
 * Wilson's score interval of a proportion: all p with |p̂ − p| ≤ z √(p(1−p)/n).
 * @param successes in [0, n]
 * @returns within [0, 1]; n = 0 gives [0, 1], for nothing is known
 * @see https://doi.org/10.1080/01621459.1927.10502953
 */
export function wilsonInterval(successes: number, n: number, confidence: number = 0.95): Interval {
  const tail = tailProbability(confidence);
  checkCounts(successes, n);
  if (n === 0) return [0, 1];
  const z = -normalQuantile(tail);
  const p = successes / n;
  const q = (n - successes) / n;
  const denominator = 2 * (n + z * z);
  const center = (2 * n * p + z * z) / denominator;
  const delta = (z * Math.sqrt(4 * n * p * q + z * z)) / denominator;
  return [successes === 0 ? 0 : center - delta, successes === n ? 1 : center + delta];
}

/**
 * Wilson's interval with continuity correction (Newcombe 1998, method 4): wider, rarely below its nominal coverage.
 * @returns within [0, 1]; n = 0 gives [0, 1]
 */
export function wilsonIntervalCorrected(successes: number, n: number, confidence: number = 0.95): Interval {
  const tail = tailProbability(confidence);
  checkCounts(successes, n);
  if (n === 0) return [0, 1];
  const z = -normalQuantile(tail);
  const p = successes / n;
  const q = (n - successes) / n;
  const denominator = 2 * (n + z * z);
  const center = (2 * n * p + z * z) / denominator;
  const lowerDelta = (1 + z * Math.sqrt(z * z - 2 - 1 / n + 4 * p * (n * q + 1))) / denominator;
  const upperDelta = (1 + z * Math.sqrt(z * z + 2 - 1 / n + 4 * p * (n * q - 1))) / denominator;
  return [
    successes === 0 ? 0 : Math.max(0, center - lowerDelta),
    successes === n ? 1 : Math.min(1, center + upperDelta),
  ];
}
