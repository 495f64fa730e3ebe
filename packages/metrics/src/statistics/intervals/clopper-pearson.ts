import { incompleteBetaInverse } from '../special/incomplete-beta.ts';
import { checkCounts, type Interval, tailProbability } from './interval.ts';

/**
 * Clopper and Pearson's exact interval of a proportion, by the beta distribution's quantiles; conservative.
 * @returns within [0, 1]; n = 0 gives [0, 1]
 * @see https://doi.org/10.1093/biomet/26.4.404
 */
export function clopperPearsonInterval(successes: number, n: number, confidence: number = 0.95): Interval {
  const tail = tailProbability(confidence);
  checkCounts(successes, n);
  const failures = n - successes;
  const lower = successes === 0 ? 0 : incompleteBetaInverse(successes, failures + 1, tail);
  const upper = failures === 0 ? 1 : incompleteBetaInverse(successes + 1, failures, 1 - tail);
  return [lower, upper];
}
