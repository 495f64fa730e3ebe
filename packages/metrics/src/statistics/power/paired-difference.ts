import { findRoot } from '../special/find-root.ts';
import { noncentralTCdf } from '../special/noncentral-t.ts';
import { normalQuantile } from '../special/normal.ts';
import { studentQuantile } from '../special/student-t.ts';
import { smallestSample } from './smallest-sample.ts';

/** Of a two-sided test. */
export interface PowerOptions {
  /** Chance of a false alarm. @default 0.05 */
  readonly alpha?: number;
  /** Chance of seeing the difference. @default 0.8 */
  readonly power?: number;
}

/**
 * Chance that a two-sided paired t-test finds a true mean difference.
 * @param sd standard deviation of the differences, above 0
 * @returns in [0, 1]; 0 when n < 2
 * @see statsmodels.stats.power.TTestPower
 */
export function pairedDifferencePower(n: number, difference: number, sd: number, alpha: number = 0.05): number {
  if (n < 2) return 0;
  const df = n - 1;
  const delta = (Math.abs(difference) / sd) * Math.sqrt(n);
  const critical = studentQuantile(1 - alpha / 2, df);
  // Upper tail as a lower tail of the mirrored distribution, where it keeps its digits.
  return Math.min(1, noncentralTCdf(-critical, df, -delta) + noncentralTCdf(-critical, df, delta));
}

/** The smallest mean difference that n pairs find with the wanted power; Infinity when n < 2. */
export function detectablePairedDifference(n: number, sd: number, options: PowerOptions = {}): number {
  const { alpha = 0.05, power = 0.8 } = options;
  if (n < 2) return Number.POSITIVE_INFINITY;
  const shortfall = (difference: number) => pairedDifferencePower(n, difference, 1, alpha) - power;
  let high = 10 / Math.sqrt(n);
  while (shortfall(high) < 0) high *= 2;
  return sd * findRoot(shortfall, 0, high);
}

/** The number of pairs that finds the difference with the wanted power. */
export function neededPairs(difference: number, sd: number, options: PowerOptions = {}): number {
  const { alpha = 0.05, power = 0.8 } = options;
  if (difference === 0) return Number.POSITIVE_INFINITY;
  // What a normal distribution would need, and a few more for the estimated spread.
  const normal = ((normalQuantile(1 - alpha / 2) + normalQuantile(power)) * (sd / difference)) ** 2;
  return smallestSample((n) => pairedDifferencePower(n, difference, sd, alpha), power, 2, normal + 2);
}
