import { studentQuantile } from '../special/student-t.ts';
import { type Interval, tailProbability } from './interval.ts';

/**
 * Student's interval of a mean: mean ± t_{n−1} · standardError.
 * @param standardError of the mean, at least 0
 * @returns unbounded for n < 2, where one value says nothing about the spread; a point when standardError = 0
 */
export function studentInterval(mean: number, standardError: number, n: number, confidence: number = 0.95): Interval {
  const tail = tailProbability(confidence);
  if (n < 2) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const margin = -studentQuantile(tail, n - 1) * standardError;
  return [mean - margin, mean + margin];
}
