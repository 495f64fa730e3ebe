import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findRoot } from './find-root.ts';

/**
 * Brent's ZEROIN as netlib has it (fmm/zeroin.f): one of two brackets, and p and q in place of quotients.
 * @returns where it looks after both ends, and the root at last
 */
function zeroin(f: (x: number) => number, ax: number, bx: number): { readonly looks: number[]; readonly root: number } {
  const looks: number[] = [];
  let [a, b] = [ax, bx];
  let [fa, fb] = [f(a), f(b)];
  let [c, fc, d, e] = [a, fa, b - a, b - a];
  for (;;) {
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, b, c] = [b, c, b];
      [fa, fb, fc] = [fb, fc, fb];
    }
    const tolerance = 2 * Number.EPSILON * Math.abs(b) + Number.MIN_VALUE;
    const xm = 0.5 * (c - b);
    if (Math.abs(xm) <= tolerance || fb === 0) return { looks, root: b };
    let isBisection = true;
    if (Math.abs(e) >= tolerance && Math.abs(fa) > Math.abs(fb)) {
      const s = fb / fa;
      let [p, q] = [2 * xm * s, 1 - s];
      if (a !== c) {
        const [u, r] = [fa / fc, fb / fc];
        p = s * (2 * xm * u * (u - r) - (b - a) * (r - 1));
        q = (u - 1) * (r - 1) * (s - 1);
      }
      if (p > 0) q = -q;
      p = Math.abs(p);
      if (2 * p < 3 * xm * q - Math.abs(tolerance * q) && p < Math.abs(0.5 * e * q)) {
        [e, d] = [d, p / q];
        isBisection = false;
      }
    }
    if (isBisection) [d, e] = [xm, xm];
    [a, fa] = [b, fb];
    b += Math.abs(d) > tolerance ? d : tolerance * Math.sign(xm);
    fb = f(b);
    looks.push(b);
    if (fb > 0 === fc > 0) {
      [c, fc, d] = [a, fa, b - a];
      e = d;
    }
  }
}

const CURVES = {
  line: (x: number) => x,
  cubic: (x: number) => x ** 3 + 0.1 * x,
  flat: (x: number) => x ** 3,
  steep: (x: number) => Math.expm1(8 * x),
  bent: (x: number) => x / (1.2 + x),
  kinked: (x: number) => (x < 0 ? x : 40 * x),
};

test('looks where Brent’s own procedure looks, from either side', () => {
  const name = fc.constantFrom(...(Object.keys(CURVES) as (keyof typeof CURVES)[]));
  const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
  fc.assert(
    fc.property(name, share, fc.boolean(), fc.constantFrom(1, -3), (curve, at, isTurned, scale) => {
      const f = (x: number) => scale * CURVES[curve](x - at);
      const [from, to] = isTurned ? [1, 0] : [0, 1];
      const expected = zeroin(f, from, to);
      const looks: number[] = [];
      const root = findRoot(
        (x) => {
          looks.push(x);
          return f(x);
        },
        from,
        to,
      );
      expect(looks.slice(0, 2)).toEqual([from, to]);
      // Near the root the last digits of the steps part ways.
      const near = expected.looks.findIndex((x) => Math.abs(x - at) < 1e-6);
      const apart = expected.looks.slice(0, near).map((x, step) => Math.abs(looks[step + 2]! - x));
      expect(Math.max(0, ...apart)).toBeLessThan(1e-9);
      expect(Math.abs(looks.length - 2 - expected.looks.length)).toBeLessThanOrEqual(2);
      expect(Math.abs(root - at)).toBeLessThanOrEqual(curve === 'flat' ? 1e-5 : 1e-15);
    }),
    { numRuns: 40 },
  );
});

test('a root at the second end, values known beforehand, and a root at 0', () => {
  expect(findRoot((x) => x - 1, 0, 1)).toBe(1);
  const never = () => {
    throw new Error('asked for what is known');
  };
  expect(findRoot(never, 0, 1, 0, 5)).toBe(0);
  expect(findRoot(never, 0, 1, -5, 0)).toBe(1);
  expect(Math.abs(findRoot((x) => x ** 3, -1, 2))).toBeLessThan(1e-5);
  expect(findRoot((x) => x, -1, 2)).toBe(0);
});

test('a curve that is no curve ends after 400 looks with what it has', () => {
  let looks = 0;
  const found = findRoot(
    () => {
      looks += 1;
      return Number.NaN;
    },
    0,
    1,
    -1,
    1,
  );
  expect(looks).toBeLessThanOrEqual(400);
  expect(found).toBeGreaterThanOrEqual(0);
});
