/**
 * Brent's root of a continuous function with f(low) and f(high) of opposite sign (or one of them 0),
 * to about four units in the last place of the root.
 * @param atLow f(low), where it is known already; so too `atHigh`
 * @see R. P. Brent (1973), Algorithms for Minimization without Derivatives, chapter 4
 */
export function findRoot(
  f: (x: number) => number,
  low: number,
  high: number,
  atLow: number = f(low),
  atHigh: number = f(high),
): number {
  let a = low;
  let b = high;
  let fa = atLow;
  let fb = atHigh;
  if (fa === 0) return a;
  let c = a;
  let fc = fa;
  let step = b - a;
  let previousStep = step;
  for (let iteration = 0; iteration < 400; iteration++) {
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, b, c] = [b, c, b];
      [fa, fb, fc] = [fb, fc, fb];
    }
    const tolerance = 2 * Number.EPSILON * Math.abs(b) + Number.MIN_VALUE;
    const half = (c - b) / 2;
    if (Math.abs(half) <= tolerance || fb === 0) return b;
    const interpolated =
      Math.abs(previousStep) >= tolerance && Math.abs(fa) > Math.abs(fb) ? interpolate(a, b, c, fa, fb, fc) : null;
    const limit = Math.min(1.5 * Math.abs(half) - tolerance / 2, Math.abs(previousStep) / 2);
    if (interpolated !== null && interpolated * half > 0 && Math.abs(interpolated) < limit) {
      previousStep = step;
      step = interpolated;
    } else {
      step = half;
      previousStep = half;
    }
    a = b;
    fa = fb;
    b += Math.abs(step) > tolerance ? step : half > 0 ? tolerance : -tolerance;
    fb = f(b);
    if (fb > 0 === fc > 0) {
      c = a;
      fc = fa;
      step = b - a;
      previousStep = step;
    }
  }
  return b;
}

/** The step from b by inverse quadratic interpolation, or by the secant where two points coincide. */
function interpolate(a: number, b: number, c: number, fa: number, fb: number, fc: number): number {
  const s = fb / fa;
  if (a === c) return ((c - b) * s) / (s - 1);
  const q = fa / fc;
  const r = fb / fc;
  const p = s * ((c - b) * q * (q - r) - (b - a) * (r - 1));
  return -p / ((q - 1) * (r - 1) * (s - 1));
}
