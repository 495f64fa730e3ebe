import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findRoot } from './find-root.ts';
import { incompleteBeta, incompleteBetaInverse } from './incomplete-beta.ts';
import { lowerGamma, upperGamma } from './incomplete-gamma.ts';
import { logGamma } from './log-gamma.ts';
import { normalCdf, normalQuantile, normalSf } from './normal.ts';
import { studentCdf, studentQuantile, studentSf } from './student-t.ts';

function expectClose(actual: number, expected: number, relative = 1e-12): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected) + 1e-300);
}

// Tables by scipy 1.17.1 and mpmath.
const BETA = [
  [0.5, 0.5, 0.1, 0.20483276469913345],
  [2, 3, 0.4, 0.5247999999999999],
  [5, 0.5, 0.99, 0.7571581091015623],
  [0.5, 50, 0.001, 0.24763098003462314],
  [100, 200, 0.3, 0.10884306564490986],
  [1000, 1000, 0.52, 0.9632205167213604],
  [12345, 54321, 0.18, 0.000265896686471155],
  [100000, 1, 0.9999, 4.5377233959011116e-5],
  [3, 100000, 2e-5, 0.32333441073884167],
  [0.5, 24.5, 0.5, 0.9999999933662697],
  [1e6, 2e6, 0.333, 0.11032283951662562],
] as const;
const BETA_INVERSE = [
  [1, 100, 0.025, 0.00025314603297742064],
  [100, 1, 0.025, 0.9637833073548235],
  [3, 7, 0.975, 0.600093573716312],
  [50, 50, 0.5, 0.5],
  [2, 99999, 0.005, 1.0349501066862742e-6],
  [99999, 2, 0.995, 0.9999989650498933],
  [0.5, 0.5, 1e-6, 2.46740110027031e-12],
] as const;
const GAMMA = [
  [0.5, 0.01, 0.11246291601828491, 0.887537083981715],
  [0.5, 1.9, 0.9487474171426304, 0.051252582857369534],
  [0.5, 30, 0.9999999999999906, 9.485737571073857e-15],
  [1, 1, 0.6321205588285577, 0.36787944117144245],
  [3.5, 2, 0.22022259152428406, 0.779777408475716],
  [10, 25, 0.9997785233617512, 0.0002214766382487835],
  [100, 80, 0.0171083130351331, 0.9828916869648668],
  [10000, 10200, 0.9767126778664013, 0.02328732213359879],
  [25, 3, 3.0724118736993583e-15, 0.9999999999999969],
] as const;
const LOG_GAMMA = [
  [1e-5, 11.512919692895826],
  [0.1, 2.252712651734206],
  [0.5, 0.5723649429247001],
  [1.5, -0.12078223763524522],
  [2.5, 0.2846828704729192],
  [7.3, 7.147892523022248],
  [14.9, 24.924132002217277],
  [15.1, 25.458999750992664],
  [100.5, 361.4355404677776],
  [1e6, 12815504.569147611],
  [1e12, 26631021115915.652],
] as const;
const NORMAL = [
  [-37, 5.725571222524577e-300],
  [-20, 2.7536241186062337e-89],
  [-8.3, 5.205569744890254e-17],
  [-5, 2.866515718791939e-7],
  [-1.6, 0.05479929169955798],
  [-1.4, 0.08075665923377107],
  [-0.3, 0.3820885778110474],
  [-1e-9, 0.49999999960105773],
  [0, 0.5],
  [0.7, 0.758036347776927],
  [1.5, 0.9331927987311419],
  [3, 0.9986501019683699],
  [6, 0.9999999990134123],
] as const;
const STUDENT = [
  [1e-8, 3, 0.499999996324474],
  [0.5, 1, 0.35241638234956674],
  [2, 1, 0.14758361765043326],
  [636, 1, 0.0005004868299910445],
  [2.5, 4, 0.03338327240599407],
  [1.96, 1000, 0.025136592477874368],
  [3, 1e6, 0.001349931270710899],
  [30, 12.5, 2.515304270833803e-13],
  [-1.2, 7, 0.8654140315863967],
  [1000, 2, 4.9999925000125e-7],
] as const;
const STUDENT_QUANTILE = [
  [0.975, 1, 12.706204736174694],
  [0.975, 2, 4.302652729749462],
  [0.995, 9, 3.249835541592126],
  [0.6, 3.5, 0.27326545405577973],
  [0.025, 1e5, -1.95998770753461],
  [0.999999, 5, 24.771029720372493],
  [0.5, 3, 0],
] as const;

describe('special functions agree with scipy to 12 digits', () => {
  test.each(BETA)('I(%d, %d) at %d', (a, b, x, expected) => {
    expectClose(incompleteBeta(a, b, x), expected);
    expect(1 - incompleteBeta(b, a, 1 - x, x)).toBeCloseTo(expected, 13);
  });
  test.each(BETA_INVERSE)('the inverse of I(%d, %d) at %d', (a, b, p, expected) => {
    expectClose(incompleteBetaInverse(a, b, p), expected);
  });
  test.each(GAMMA)('P and Q of %d at %d', (a, x, lower, upper) => {
    expectClose(lowerGamma(a, x), lower);
    expectClose(upperGamma(a, x), upper);
  });
  test.each(LOG_GAMMA)('ln Γ at %d', (x, expected) => expectClose(logGamma(x), expected, 1e-14));
  test.each(NORMAL)('Φ at %d', (z, expected) => {
    expectClose(normalCdf(z), expected);
    expectClose(normalSf(-z), expected);
  });
  test.each(STUDENT)('the upper tail of t = %d, df = %d', (t, df, expected) => {
    expectClose(studentSf(t, df), expected);
    expectClose(studentCdf(-t, df), expected);
  });
  test.each(STUDENT_QUANTILE)('the quantile %d of t with df = %d', (p, df, expected) => {
    expectClose(studentQuantile(p, df), expected);
  });
});

describe('quantiles invert their distributions', () => {
  const p = fc.double({ min: 1e-10, max: 1 - 1e-10, noNaN: true });
  const shape = fc.double({ min: 0.3, max: 5000, noNaN: true });
  test('normal', () => {
    fc.assert(fc.property(p, (x) => expectClose(normalCdf(normalQuantile(x)), x, 4e-12)));
  });
  test('Student', () => {
    fc.assert(fc.property(p, shape, (x, df) => expectClose(studentCdf(studentQuantile(x, df), df), x, 1e-10)));
  });
  test('beta', () => {
    fc.assert(
      fc.property(p, shape, shape, (x, a, b) => {
        const y = incompleteBetaInverse(a, b, x);
        // A quantile within one rounding of 0 or 1 cannot be inverted.
        if (y > 1e-300 && y < 1 - 1e-3) expectClose(incompleteBeta(a, b, y), x, 1e-9);
      }),
    );
  });
});

test('values outside a domain give NaN or a limit, never a number by accident', () => {
  expect(normalQuantile(-0.1)).toBeNaN();
  expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
  expect(normalSf(Number.NaN)).toBeNaN();
  expect([normalSf(Number.POSITIVE_INFINITY), normalSf(Number.NEGATIVE_INFINITY)]).toEqual([0, 1]);
  expect(studentSf(1, 0)).toBeNaN();
  expect(studentSf(Number.POSITIVE_INFINITY, 3)).toBe(0);
  expect(studentQuantile(2, 3)).toBeNaN();
  expect(studentQuantile(1, 3)).toBe(Number.POSITIVE_INFINITY);
  expectClose(studentQuantile(0.975, Number.POSITIVE_INFINITY), 1.959963984540054);
  expect([incompleteBeta(2, 3, 0), incompleteBeta(2, 3, 1)]).toEqual([0, 1]);
  expect([incompleteBetaInverse(2, 3, 0), incompleteBetaInverse(2, 3, 1)]).toEqual([0, 1]);
  expect([lowerGamma(2, 0), upperGamma(2, 0)]).toEqual([0, 1]);
});

test.each([
  ['a parabola', (x: number) => x * x - 2, 0, 2, Math.SQRT2, 10],
  ['a falling line', (x: number) => 3 - 4 * x, 0, 1, 0.75, 3],
  ['a cubic', (x: number) => x ** 3 - 0.001, 0, 1, 0.1, 16],
  ['a hyperbola', (x: number) => 1 / (x + 0.01) - 50, 0, 1, 0.01, 15],
  ['a flat root', (x: number) => (x - 0.3) ** 3, -1, 1, 0.3, 165],
  ['a step', (x: number) => (x < 0.7 ? -1 : 1), 0, 1, 0.7, 60],
  ['a root beside the end', (x: number) => x - 1e-9, 0, 1, 1e-9, 4],
])('findRoot of %s, from either side, takes few looks', (_, f, low, high, root, most) => {
  for (const [from, to] of [
    [low, high],
    [high, low],
  ] as const) {
    let looks = 0;
    const found = findRoot(
      (x) => {
        looks += 1;
        return f(x);
      },
      from,
      to,
    );
    expect(Math.abs(found - root)).toBeLessThanOrEqual(1e-15 + (f(found) === 0 ? 1e-5 : 0));
    expect(looks).toBeLessThanOrEqual(most);
    looks = 0;
    expect(
      findRoot(
        (x) => {
          looks += 1;
          return f(x);
        },
        from,
        to,
        f(from),
        f(to),
      ),
    ).toBe(found);
    expect(looks).toBeLessThanOrEqual(most - 2);
  }
});

test('findRoot finds an end that is itself the root, and the root of a steep curve', () => {
  expect(findRoot((x) => x, 0, 1)).toBe(0);
  expectClose(
    findRoot((x) => Math.exp(50 * x) - 1e9, 0, 10),
    Math.log(1e9) / 50,
    1e-15,
  );
});
