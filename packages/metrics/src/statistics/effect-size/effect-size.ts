import { differences } from '../hypothesis/test-result.ts';
import { mean, variance } from '../moments/array-moments.ts';

/**
 * Cohen's d of two independent sides: (x̄ − ȳ) / pooled standard deviation.
 * @returns null when a side is empty, both have one value, or nothing varies
 * @see https://doi.org/10.4324/9780203771587 chapter 2
 */
export function cohenD(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  const df = x.length + y.length - 2;
  const a = mean(x);
  const b = mean(y);
  if (a === null || b === null || df < 1) return null;
  const squares = (variance(x) ?? 0) * (x.length - 1) + (variance(y) ?? 0) * (y.length - 1);
  return squares === 0 ? null : (a - b) / Math.sqrt(squares / df);
}

/**
 * Cohen's d of paired differences (d_z): mean of x − y over its standard deviation.
 * @returns null for fewer than two pairs or when all differences are equal
 */
export function cohenDPaired(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  const d = differences(x, y);
  const spread = variance(d);
  return spread === null || spread === 0 ? null : mean(d)! / Math.sqrt(spread);
}

/**
 * Cohen's h of two proportions: 2 asin √p − 2 asin √q, whose variance does not depend on the proportions.
 * @param p in [0, 1]
 * @param q in [0, 1]
 * @returns in [−π, π]
 */
export function cohenH(p: number, q: number): number {
  return 2 * Math.asin(Math.sqrt(p)) - 2 * Math.asin(Math.sqrt(q));
}
