import { invalidArgument } from '../invalid-argument.ts';
import { binomialDensity } from '../special/density.ts';
import { incompleteBeta } from '../special/incomplete-beta.ts';
import { chiSquaredSf } from '../special/incomplete-gamma.ts';
import type { TestResult } from './test-result.ts';

/** How the p-value is found. @default 'exact' */
export type McNemarMethod = 'exact' | 'mid-p' | 'chi-squared' | 'chi-squared-corrected';

/**
 * McNemar's test of two yes/no scores on the same samples, two-sided.
 * exact: binomial with p = ½ over the discordant pairs; mid-p: the same, counting half of the observed
 * outcome's probability; chi-squared: (|b − c| − correction)² / (b + c) with one degree of freedom.
 * @param onlyFirst b: samples which the first passes and the second fails
 * @param onlySecond c: the reverse
 * @returns p = 1 without discordant pairs, where there is no evidence of a difference
 * @see https://doi.org/10.1186/1471-2288-13-91
 */
export function mcnemarTest(onlyFirst: number, onlySecond: number, method: McNemarMethod = 'exact'): TestResult {
  const valid = (count: number) => Number.isSafeInteger(count) && count >= 0;
  if (!valid(onlyFirst) || !valid(onlySecond)) {
    throw invalidArgument(`discordant pairs are counted in whole numbers, not ${onlyFirst} and ${onlySecond}`);
  }
  const n = onlyFirst + onlySecond;
  if (n === 0) return { statistic: 0, pvalue: 1 };
  if (method === 'chi-squared' || method === 'chi-squared-corrected') {
    const correction = method === 'chi-squared' ? 0 : 1;
    const statistic = (Math.abs(onlyFirst - onlySecond) - correction) ** 2 / n;
    return { statistic, pvalue: chiSquaredSf(statistic, 1) };
  }
  const fewer = Math.min(onlyFirst, onlySecond);
  const twoTails = 2 * incompleteBeta(n - fewer, fewer + 1, 0.5, 0.5);
  const observed = method === 'mid-p' ? binomialDensity(fewer, n - fewer, 0.5, 0.5) : 0;
  return { statistic: fewer, pvalue: Math.min(1, twoTails - observed) };
}
