import { stirlingError } from './stirling-error.ts';

/**
 * x ln(x/m) + m − x without cancellation when x ≈ m (Loader's `bd0`).
 * @param x above 0; so too `m`
 * @param gap x − m, given apart where the caller knows it more exactly
 */
function devianceTerm(x: number, m: number, gap: number = x - m): number {
  if (Math.abs(gap) >= 0.1 * (x + m)) return x * Math.log(x / m) - gap;
  const v = gap / (x + m);
  let sum = gap * v;
  let term = 2 * x * v;
  for (let j = 3; ; j += 2) {
    term *= v * v;
    const next = sum + term / j;
    if (next === sum) return sum;
    sum = next;
  }
}

/**
 * Binomial density Γ(a+b+1)/(Γ(a+1)Γ(b+1)) pᵃ qᵇ, a and b not necessarily whole.
 * @param q 1 − p, given apart so that neither end loses digits
 */
export function binomialDensity(a: number, b: number, p: number, q: number): number {
  const n = a + b;
  if (a === 0) return q ** b;
  if (b === 0) return p ** a;
  if (p === 0 || q === 0) return 0;
  // How far a lies above its mean, from the smaller of p and q: the larger one's rounding would be multiplied by n.
  const gap = q < p ? n * q - b : a - n * p;
  const deviance = devianceTerm(a, n * p, gap) + devianceTerm(b, n * q, -gap);
  const exponent = stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance;
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * a * b));
}

/** Poisson density xᵃ e⁻ˣ / Γ(a+1), a not necessarily whole. */
export function poissonDensity(a: number, x: number): number {
  if (a === 0) return Math.exp(-x);
  if (x === 0) return 0;
  return Math.exp(-stirlingError(a) - devianceTerm(a, x)) / Math.sqrt(2 * Math.PI * a);
}
