import { poissonDensity } from './density.ts';

/**
 * Regularised lower incomplete gamma function P(a, x).
 * @param a above 0
 * @param x at least 0
 * @see https://dlmf.nist.gov/8.11.E4
 */
export function lowerGamma(a: number, x: number): number {
  if (x <= 0) return 0;
  return x < a + 1 ? series(a, x) : 1 - continuedFraction(a, x);
}

/**
 * Regularised upper incomplete gamma function Q(a, x) = 1 − P(a, x), exact in its tail.
 * @see https://dlmf.nist.gov/8.9.E2
 */
export function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  return x < a + 1 ? 1 - series(a, x) : continuedFraction(a, x);
}

function series(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * Number.EPSILON * 0.5; k++) {
    term *= x / (a + k);
    sum += term;
  }
  return poissonDensity(a, x) * sum;
}

function continuedFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 1e6; i++) {
    const numerator = -i * (i - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    const factor = d * c;
    h *= factor;
    if (Math.abs(factor - 1) < Number.EPSILON) break;
  }
  return poissonDensity(a, x) * a * h;
}

/** P(X > x) for a chi-squared variable with `df` degrees of freedom. */
export function chiSquaredSf(x: number, df: number): number {
  return upperGamma(df / 2, x / 2);
}
