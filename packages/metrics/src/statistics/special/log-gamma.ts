import { stirlingError } from './stirling-error.ts';

const HALF_LOG_TWO_PI = 0.9189385332046727;

/**
 * ln Γ(x) for x > 0; absolute error about 1e-15 × max(1, |ln Γ|).
 * @see https://dlmf.nist.gov/5.11
 */
export function logGamma(x: number): number {
  if (x === 1 || x === 2) return 0;
  return stirlingError(x) + (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI;
}
