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

/** By degrees of freedom, of the tail asked last: figures over the same samples have them in common. */
const known = new Map<number, { readonly tail: number; readonly quantile: number }>();
const MOST_KNOWN = 1000;

/** The t ≥ 0 with P(T > t) = tail, tail < ½. */
function upperQuantile(tail: number, df: number): number {
  if (tail === 0) return Number.POSITIVE_INFINITY;
  if (df === Number.POSITIVE_INFINITY) return -normalQuantile(tail);
  const made = known.get(df);
  if (made?.tail === tail) return made.quantile;
  const excess = (t: number) => studentSf(t, df) - tail;
  const [low, high] = nearQuantile(tail, df);
  const [atLow, atHigh] = [low > 0 ? excess(low) : Number.NaN, excess(high)];
  const quantile = atLow >= 0 && atHigh <= 0 ? findRoot(excess, low, high, atLow, atHigh) : farQuantile(tail, excess);
  if (known.size === MOST_KNOWN) known.clear();
  known.set(df, { tail, quantile });
  return quantile;
}

function farQuantile(tail: number, excess: (t: number) => number): number {
  let high = -2 * normalQuantile(tail) + 1;
  while (excess(high) > 0) high *= 4;
  return findRoot(excess, 0, high);
}

/**
 * Around Cornish and Fisher's expansion in 1/df to the third power: what is left is of the third term's sign, and below half of
 * it from five degrees of freedom on, unless the tail is tiny. Where it is more the quantile lies beyond.
 * @see Abramowitz and Stegun, 26.7.5
 */
export function nearQuantile(tail: number, df: number): [low: number, high: number] {
  const z = -normalQuantile(tail);
  const two = z + (z ** 3 + z) / (4 * df) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * df ** 2);
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * df ** 3);
  const rounding = 1e-12 * two;
  return [two + Math.min(0.95 * third, 1.5 * third) - rounding, two + Math.max(0.95 * third, 1.5 * third) + rounding];
}
