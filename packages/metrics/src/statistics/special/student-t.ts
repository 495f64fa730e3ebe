import { findRoot } from './find-root.ts';
import { incompleteBeta } from './incomplete-beta.ts';
import { normalQuantile } from './normal.ts';

/**
 * P(T > t) for Student's t with `df` degrees of freedom, df above 0 and not necessarily whole.
 * @see https://dlmf.nist.gov/8.17
 */
export function studentSf(t: number, df: number): number {
  if (Number.isNaN(t) || !(df > 0)) return Number.NaN;
  if (t < 0) return 1 - studentSf(-t, df);
  if (t === Number.POSITIVE_INFINITY) return 0;
  const ratio = (t * t) / df;
  // Both arguments directly from t²/df: near t = 0 the first is 1 to the last digit.
  return incompleteBeta(df / 2, 0.5, 1 / (1 + ratio), ratio / (1 + ratio)) / 2;
}

/** P(T ≤ t) for Student's t with `df` degrees of freedom. */
export function studentCdf(t: number, df: number): number {
  return studentSf(-t, df);
}

/**
 * The t with P(T ≤ t) = p.
 * @param p in [0, 1]; the ends give ∓∞
 */
export function studentQuantile(p: number, df: number): number {
  if (!(p >= 0 && p <= 1) || !(df > 0)) return Number.NaN;
  if (p === 0.5) return 0;
  if (p > 0.5) return upperQuantile(1 - p, df);
  return -upperQuantile(p, df);
}

/** The t ≥ 0 with P(T > t) = tail, tail < ½. */
function upperQuantile(tail: number, df: number): number {
  if (tail === 0) return Number.POSITIVE_INFINITY;
  if (df === Number.POSITIVE_INFINITY) return -normalQuantile(tail);
  let high = -2 * normalQuantile(tail) + 1;
  while (studentSf(high, df) > tail) high *= 4;
  return findRoot((t) => studentSf(t, df) - tail, 0, high);
}
