import { mean, variance } from '../moments/array-moments.ts';
import { studentSf } from '../special/student-t.ts';
import { type Alternative, differences, type TestResult, tailPvalue } from './test-result.ts';

/**
 * Student's t-test on the differences x − y: t = d̄ / (s_d / √n), n − 1 degrees of freedom.
 * @returns NaN when n < 2 or all differences are 0; ±∞ with p = 0 when they are all the same other number
 * @see scipy.stats.ttest_rel
 */
export function pairedTTest(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  alternative: Alternative = 'two-sided',
): TestResult & { readonly df: number } {
  const d = differences(x, y);
  const df = d.length - 1;
  const statistic = (mean(d) ?? Number.NaN) / Math.sqrt((variance(d) ?? Number.NaN) / d.length);
  return { statistic, pvalue: tailPvalue(statistic, (t) => studentSf(t, df), alternative), df };
}
