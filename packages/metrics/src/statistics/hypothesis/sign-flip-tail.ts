import { normalSf } from '../special/normal.ts';

/** Below this deviate the correction of the normal tail is a difference of nearly equal numbers, and not needed. */
const NEAR_MIDDLE = 0.05;

/**
 * P(Σ ±dᵢ ≥ sum) over fair, independent signs, by the saddlepoint approximation with the formula of Lugannani and Rice:
 * within a few per cent at 20 values, far into the tail, where resampling sees nothing. `sum` is moved towards 0 by the
 * least magnitude, the correction for continuity of equal magnitudes, which for others errs on the safe side.
 * @param magnitudes above 0
 * @param sum at least 0
 * @returns in [0, 1]
 * O(n) time for each of some five steps.
 * @see J. Robinson (1982), https://doi.org/10.1111/j.2517-6161.1982.tb01191.x
 */
export function signFlipTail(magnitudes: Float64Array, sum: number): number {
  let [largest, least, total, squares] = [0, Number.POSITIVE_INFINITY, 0, 0];
  for (const magnitude of magnitudes) {
    largest = Math.max(largest, magnitude);
    least = Math.min(least, magnitude);
    total += magnitude;
  }
  for (const magnitude of magnitudes) squares += (magnitude / largest) ** 2;
  if (sum > total * (1 + 1e-12)) return 0;
  if (sum >= total * (1 - 1e-12)) return 0.5 ** magnitudes.length;
  // In units of the largest magnitude.
  const target = (sum - least) / largest;
  if (target <= 0) return 0.5;
  const t = saddlepoint(magnitudes, largest, target, squares);
  let [cumulant, curvature] = [0, 0];
  for (const magnitude of magnitudes) {
    const d = magnitude / largest;
    cumulant += logCosh(t * d);
    curvature += (d / Math.cosh(t * d)) ** 2;
  }
  const w = Math.sqrt(Math.max(0, 2 * (t * target - cumulant)));
  const u = t * Math.sqrt(curvature);
  if (w < NEAR_MIDDLE) return normalSf(target / Math.sqrt(squares));
  const density = Math.exp((-w * w) / 2) / Math.sqrt(2 * Math.PI);
  return Math.min(1, Math.max(0, normalSf(w) + density * (1 / u - 1 / w)));
}

/** The t with Σ d tanh(t d) = target: Newton's steps from the left of a concave function never pass its root. */
function saddlepoint(magnitudes: Float64Array, largest: number, target: number, squares: number): number {
  let t = target / squares;
  for (let step = 0; step < 200; step++) {
    let [value, slope] = [-target, 0];
    for (const magnitude of magnitudes) {
      const d = magnitude / largest;
      value += d * Math.tanh(t * d);
      slope += (d / Math.cosh(t * d)) ** 2;
    }
    const next = t - value / slope;
    if (!(next > t * (1 + 1e-12))) return t;
    t = next;
  }
  return t;
}

function logCosh(x: number): number {
  return x > 20 ? x - Math.LN2 : Math.log1p(2 * Math.sinh(x / 2) ** 2);
}
