import { binomialDensity } from './density.ts';
import { findRoot } from './find-root.ts';

const TINY = 1e-300;

/**
 * Regularised incomplete beta function I_x(a, b), the beta distribution's cdf; relative error about 1e-14
 * in the lower tail. For the upper tail call it as I_{1−x}(b, a).
 * @param complement 1 − x, given apart where the caller knows it more exactly
 * @see Didonato and Morris (1992), Algorithm 708, equation 9
 */
export function incompleteBeta(a: number, b: number, x: number, complement: number = 1 - x): number {
  if (x <= 0) return 0;
  if (complement <= 0) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - leftTail(b, a, complement, x);
  return leftTail(a, b, x, complement);
}

/**
 * The even part of the continued fraction by Lentz's method, quick while x lies below the mean.
 * Its terms use a·q − b·x, so that nothing cancels when x is close to 1.
 */
function leftTail(a: number, b: number, x: number, q: number): number {
  const front = binomialDensity(a, b, x, q) * a * (b / (a + b));
  if (front === 0) return 0;
  const lean = a * q - b * x + 1;
  let c = away((a * lean) / (a + 1));
  let fraction = c;
  let d = 0;
  for (let m = 1; m < 1e6; m++) {
    const odd = a + 2 * m - 1;
    const numerator = ((a + m - 1) / odd) * ((a + b + m - 1) / odd) * m * (b - m) * x * x;
    const denominator = m + (m * (b - m) * x) / odd + ((a + m) * (lean + m * (1 + q))) / (odd + 2);
    d = 1 / away(denominator + numerator * d);
    c = away(denominator + numerator / c);
    fraction *= c * d;
    if (Math.abs(c * d - 1) < Number.EPSILON) break;
  }
  return front / fraction;
}

function away(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/**
 * The x with I_x(a, b) = p: the beta distribution's quantile.
 * @param p in [0, 1]
 */
export function incompleteBetaInverse(a: number, b: number, p: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  // Solved from the nearer end: a root close to 1 would lose the digits of 1 − x.
  const mean = a / (a + b);
  if (incompleteBeta(a, b, mean) >= p) return findRoot((x) => incompleteBeta(a, b, x) - p, 0, mean);
  return 1 - findRoot((y) => 1 - p - incompleteBeta(b, a, y), 0, 1 - mean);
}
