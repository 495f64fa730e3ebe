import { type Interval, tailProbability } from '../intervals/interval.ts';
import { studentQuantile, studentSf } from '../special/student-t.ts';
import { type Alternative, type TestResult, tailPvalue } from './test-result.ts';

/** What Welch's test needs of one sample. */
export interface SampleSpread {
  readonly n: number;
  readonly mean: number;
  /** Unbiased (n − 1). */
  readonly variance: number;
}

export interface WelchResult extends TestResult {
  /** Welch–Satterthwaite degrees of freedom. */
  readonly df: number;
  /** Mean of x − mean of y. */
  readonly difference: number;
  readonly standardError: number;
  /** Of the difference. */
  readonly interval: Interval;
}

/**
 * Welch's t-test of two independent samples, whose variances and sizes may differ.
 * @returns NaN and an unbounded interval where a side has fewer than two values, or where neither side varies
 * @see https://doi.org/10.1093/biomet/34.1-2.28 ; scipy.stats.ttest_ind(equal_var=False)
 */
export function welchTTest(
  x: SampleSpread,
  y: SampleSpread,
  confidence: number = 0.95,
  alternative: Alternative = 'two-sided',
): WelchResult {
  const tail = tailProbability(confidence);
  const difference = x.mean - y.mean;
  const [a, b] = [x.variance / x.n, y.variance / y.n];
  const standardError = Math.sqrt(a + b);
  const isDefined = x.n >= 2 && y.n >= 2 && standardError > 0;
  if (!isDefined) {
    const interval: Interval = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    return { statistic: Number.NaN, pvalue: Number.NaN, df: Number.NaN, difference, standardError, interval };
  }
  const df = (a + b) ** 2 / (a ** 2 / (x.n - 1) + b ** 2 / (y.n - 1));
  const statistic = difference / standardError;
  const margin = -studentQuantile(tail, df) * standardError;
  return {
    statistic,
    pvalue: tailPvalue(statistic, (t) => studentSf(t, df), alternative),
    df,
    difference,
    standardError,
    interval: [difference - margin, difference + margin],
  };
}
