import { checkCounts, type Interval, tailProbability } from '../intervals/interval.ts';
import { normalQuantile, normalSf } from '../special/normal.ts';
import type { TestResult } from './test-result.ts';

export interface ProportionDifference extends TestResult {
  /** x's proportion − y's, as observed. */
  readonly difference: number;
  readonly standardError: number;
  /** Of the difference, within [−1, 1]. */
  readonly interval: Interval;
}

/**
 * The difference of two independent proportions after Agresti and Caffo: one success and one failure are added to each
 * side, which keeps the interval near its nominal coverage down to few samples and never lets it shrink to a point.
 * @param x successes and trials @returns NaN and [−1, 1] where a side has no trials
 * @see https://doi.org/10.1080/00031305.2000.10474560
 */
export function agrestiCaffo(
  x: { readonly successes: number; readonly n: number },
  y: { readonly successes: number; readonly n: number },
  confidence: number = 0.95,
): ProportionDifference {
  const tail = tailProbability(confidence);
  checkCounts(x.successes, x.n);
  checkCounts(y.successes, y.n);
  if (x.n === 0 || y.n === 0) {
    const nan = Number.NaN;
    return { statistic: nan, pvalue: nan, difference: nan, standardError: nan, interval: [-1, 1] };
  }
  const p = (x.successes + 1) / (x.n + 2);
  const q = (y.successes + 1) / (y.n + 2);
  const standardError = Math.sqrt((p * (1 - p)) / (x.n + 2) + (q * (1 - q)) / (y.n + 2));
  const margin = -normalQuantile(tail) * standardError;
  const statistic = (p - q) / standardError;
  return {
    statistic,
    pvalue: 2 * normalSf(Math.abs(statistic)),
    difference: x.successes / x.n - y.successes / y.n,
    standardError,
    interval: [Math.max(-1, p - q - margin), Math.min(1, p - q + margin)],
  };
}
