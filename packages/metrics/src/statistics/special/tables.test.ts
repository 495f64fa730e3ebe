import { describe, expect, test } from 'vitest';
import { binomialDensity, poissonDensity } from './density.ts';
import { incompleteBeta, incompleteBetaInverse } from './incomplete-beta.ts';
import { chiSquaredSf, lowerGamma, upperGamma } from './incomplete-gamma.ts';
import { logGamma } from './log-gamma.ts';
import { noncentralTCdf } from './noncentral-t.ts';
import { normalCdf, normalQuantile, normalSf } from './normal.ts';
import { stirlingError } from './stirling-error.ts';
import { nearQuantile, studentCdf, studentQuantile, studentSf } from './student-t.ts';

/** Close by the greater of both, so that a value of 0 for a small one is far. */
function expectClose(actual: number, expected: number, relative: number): void {
  const error = Math.abs(actual - expected) / Math.max(Math.abs(expected), Number.MIN_VALUE);
  expect(expected === 0 ? Math.abs(actual) : error, `${actual} for ${expected}`).toBeLessThanOrEqual(relative);
}

// Tables by mpmath 1.3.0 with 60 digits, of the arguments as doubles: every branch, both sides of the borders between them, and
// these. Noncentral t: ∫ Φ(t s/√df − δ) over the density of χ, by mpmath's quad.
const BINOMIAL_DENSITY = [
  [0.5, 2.5, 0.25, 0.75, 0.4961960058796128],
  [3, 7, 0.25, 0.75, 0.25028228759765625],
  [7, 3, 0.75, 0.25, 0.25028228759765625],
  [20, 20, 0.5, 0.5, 0.12537068761957926],
  [1, 1e6, 1e-6, 0.999999, 0.36787962511090233],
  [1e6, 1, 0.999999, 1e-6, 0.36787962511090233],
  [500, 499.5, 0.5, 0.5, 0.025228171501791987],
  [11, 9, 0.5, 0.5, 0.16017913818359375],
  [12, 9, 0.5, 0.5, 0.14015674591064453],
  [12.5, 9, 0.5, 0.5, 0.12943334735826517],
  [40, 2, 0.1, 0.9, 6.974100000000015e-38],
  [2, 40, 0.9, 0.1, 6.974100000000015e-38],
  [14.5, 15.5, 0.4, 0.6, 0.09437817421858335],
  [3, 2e9, 1e-9, 0.999999999, 0.18044704467637768],
  [100, 0.5, 0.999, 0.001, 0.32406123131638925],
] as const;
const POISSON_DENSITY = [
  [0.5, 0.01, 0.1117151606788937],
  [1, 1, 0.36787944117144233],
  [3, 2.5, 0.21376301724973645],
  [3, 20, 2.7482048299180773e-6],
  [20, 3, 7.135378768777135e-11],
  [100, 100, 0.039860996809147134],
  [100.5, 99, 0.03931483868255878],
  [1000, 1200, 2.6498637348607886e-10],
  [1100, 900, 1.185451831592429e-11],
  [9, 11, 0.108525509298205],
  [11, 9, 0.09702006218883033],
  [1e6, 1000500, 0.0003520799616194828],
  [0.5, 700, 2.943518346500044e-303],
] as const;
const BETA = [
  [2, 2, 0.5, 0.5, 0.5],
  [2, 2, 0.5000000001, 0.50000000015, 0.49999999985],
  [3, 5, 0.4, 0.5800960000000001, 0.41990399999999994],
  [3, 5, 0.41, 0.60167992681215, 0.39832007318785007],
  [0.5, 0.5, 0.5, 0.5, 0.5],
  [8, 0.25, 0.9, 0.09174613818933125, 0.9082538618106687],
  [0.25, 8, 0.001, 0.32561483892709464, 0.6743851610729054],
  [0.01, 0.02, 0.3, 0.6611784272511073, 0.3388215727488927],
  [1, 1, 0.75, 0.75, 0.25],
  [200, 300, 0.3, 1.0496985243292947e-6, 0.9999989503014757],
  [300, 200, 0.75, 0.9999999999998983, 1.0169531065276603e-13],
  [2000, 4000, 0.333, 0.4793695260935274, 0.5206304739064727],
  [2000, 4000, 0.335, 0.6089814003936029, 0.3910185996063971],
  [50, 1, 0.5, 8.881784197001252e-16, 0.9999999999999991],
  [1, 50, 0.5, 0.9999999999999991, 8.881784197001252e-16],
] as const;
const GAMMA = [
  [0.5, 1.4999999, 0.9167354730577603, 0.08326452694223975],
  [0.5, 1.5, 0.9167354833364496, 0.0832645166635504],
  [2, 2.999, 0.8007023155280745, 0.19929768447192556],
  [2, 3, 0.8008517265285442, 0.19914827347145578],
  [2, 3.001, 0.8010010379548773, 0.1989989620451227],
  [7.5, 8.5, 0.6811355945476852, 0.3188644054523147],
  [30, 31, 0.5953478209656109, 0.4046521790343891],
  [30, 70, 0.9999999756717983, 2.4328201698573227e-8],
  [30, 5, 2.8175176155779225e-14, 0.9999999999999718],
  [1e4, 10001, 0.5053189319622186, 0.49468106803778145],
  [0.001, 1e-5, 0.9891230446957827, 0.01087695530421733],
  [0.001, 2, 0.999951023082169, 4.897691783098148e-5],
  [5, 100, 1, 1.6139305336977305e-37],
  [150, 151, 0.5432697634436877, 0.4567302365563123],
] as const;
const CHI_SQUARED = [
  [3.841458820694124, 1, 0.05000000000000006],
  [0.1, 1, 0.7518296340458492],
  [5.99, 2, 0.05003662708658628],
  [1, 3, 0.8012519569012008],
  [30, 10, 0.0008566412107753004],
  [10, 30, 0.9997737463238232],
  [200, 100, 1.1784500720979422e-8],
  [1000, 900, 0.010994608942135848],
  [0, 4, 1],
] as const;
const NORMAL_QUANTILE = [
  [1e-300, -37.0470962993612],
  [1e-100, -21.273453560965326],
  [1e-20, -9.262340089798407],
  [1e-12, -7.034483825301132],
  [1.3887943864964e-11, -6.657904643501104],
  [1.3887943864965e-11, -6.657904643501094],
  [2e-11, -6.604077590405634],
  [1e-8, -5.612001244174789],
  [0.001, -3.0902323061678136],
  [0.0749999, -1.4395321773759007],
  [0.075, -1.439531470938456],
  [0.0750001, -1.4395307645017297],
  [0.1, -1.2815515655446004],
  [0.3, -0.5244005127080408],
  [0.5, 0],
  [0.500001, 2.5066282747057052e-6],
  [0.7, 0.5244005127080407],
  [0.9249, 1.4388253927525403],
  [0.925, 1.4395314709384561],
  [0.9251, 1.440238267527964],
  [0.99, 2.3263478740408408],
  [0.999999, 4.753424308817087],
] as const;
const NORMAL = [
  [-38, 2.88542835e-316, 1],
  [-30, 4.906713927148187e-198, 1],
  [-10, 7.619853024160525e-24, 1],
  [-2, 0.02275013194817921, 0.9772498680518208],
  [-1.5000001, 0.06680718831709946, 0.9331928116829006],
  [-1.5, 0.06680720126885807, 0.9331927987311419],
  [-1.4999999, 0.06680721422061861, 0.9331927857793814],
  [-1, 0.15865525393145705, 0.8413447460685429],
  [-0.001, 0.49960105778608893, 0.500398942213911],
  [0.2, 0.579259709439103, 0.42074029056089696],
  [1.4, 0.9192433407662289, 0.08075665923377107],
  [1.49, 0.9318878820332746, 0.06811211796672545],
  [1.5, 0.9331927987311419, 0.06680720126885807],
  [1.6, 0.945200708300442, 0.05479929169955798],
  [2, 0.9772498680518208, 0.02275013194817921],
  [5, 0.9999997133484281, 2.866515718791939e-7],
] as const;
const STIRLING_ERROR = [
  [0.001, 2.5422704679670947],
  [0.3, 0.2360649007482156],
  [0.5, 0.15342640972002736],
  [1, 0.08106146679532726],
  [1.5, 0.05481412105191765],
  [2, 0.0413406959554093],
  [2.5, 0.03316287351993629],
  [3, 0.02767792568499834],
  [4, 0.020790672103765093],
  [5, 0.016644691189821193],
  [7.5, 0.011104559758206917],
  [10, 0.00833056343336287],
  [14, 0.0059513701127588475],
  [14.5, 0.0057462165130101155],
  [14.999, 0.005555103782742007],
  [15, 0.005554733551962801],
  [15.5, 0.005375599032926835],
  [16, 0.0052076559196096404],
  [20, 0.004166319691996922],
  [100, 0.0008333305556349147],
  [1e5, 8.333333333305556e-7],
  [1e10, 8.333333333333334e-12],
] as const;
const LOG_GAMMA = [
  [1e-10, 23.025850929882736],
  [0.25, 1.2880225246980774],
  [0.999, 0.0005780385328913802],
  [1.001, -0.0005763935982833062],
  [1.9, -0.03898427592308336],
  [2.1, 0.04543773854448518],
  [3.5, 1.2009736023470743],
  [12.5, 18.734347511936445],
  [15, 25.19122118273868],
  [16, 27.89927138384089],
  [40, 106.63176026064346],
  [1000, 5905.220423209181],
  [1e8, 1742068066.1038346],
] as const;
const STUDENT = [
  [0, 5, 0.5],
  [0.001, 0.5, 0.4997303238342438],
  [1, 0.3, 0.34161139088051673],
  [5, 1.5, 0.03268788381057812],
  [0.7, 4.5, 0.259219801155809],
  [12, 30, 2.790092707599628e-13],
  [2, 60.5, 0.024997662130774177],
  [4, 200, 4.456547609296719e-5],
  [1.5, 10000, 0.06682298591180981],
  [-3, 6, 0.9879959016221346],
  [-0.2, 2, 0.5700140042014005],
] as const;
const STUDENT_QUANTILE = [
  [0.975, 3, 3.1824463052837086],
  [0.9, 4.9, 1.4804202765266057],
  [0.9, 5, 1.4758840488244813],
  [0.9, 5.1, 1.4715491066377893],
  [0.025, 7, -2.3646242515927853],
  [0.999, 12, 3.9296332646264913],
  [0.6, 20, 0.2567427538545019],
  [0.975, 29, 2.045229642132704],
  [0.995, 29, 2.7563859036706053],
  [0.975, 100.5, 1.9838506553357995],
  [0.9999, 1000, 3.732851604575396],
  [1e-10, 4, -416.1751403296041],
  [1e-10, 40, -8.443586246773638],
  [1e-20, 10, -256.4346993185262],
  [0.75, 0.5, 1.5537739740300374],
  [0.501, 8, 0.0025859937565768393],
] as const;
const NONCENTRAL_T = [
  [0, 5, 0, 0.5],
  [0, 5, 1.3, 0.09680048458561033],
  [2, 4, -1, 0.9926386041675533],
  [-2, 4, -1, 0.23543254617567572],
  [-2, 4, 1, 0.007361395832446618],
  [3, 2.5, 2, 0.6583418695216469],
  [1, 200, 0.5, 0.6908032669884345],
  [6, 50, 5.5, 0.6559480163889687],
  [25, 300, 26, 0.23706535524134228],
  [-0.5, 9, -0.25, 0.4072241077425301],
  [40, 8, 30, 0.8081903337602929],
  [1.5, 1, 0.1, 0.7899813917483336],
] as const;
const BETA_INVERSE = [
  [2, 5, 1e-12, 2.581989786361007e-7],
  [2, 5, 0.4, 0.22258353361542385],
  [2, 5, 0.6, 0.30944442754531437],
  [2, 5, 0.999999, 0.9555730480299243],
  [0.5, 3, 0.2, 0.011554488147974147],
  [30, 4, 0.5, 0.8898512644844135],
  [4, 30, 0.5, 0.11014873551558649],
  [1, 1, 0.3, 0.3],
  [1000, 500, 0.01, 0.6380458008262381],
] as const;

describe('tables by mpmath', () => {
  test.each(BINOMIAL_DENSITY)('the binomial density of %d and %d at %d, %d', (a, b, p, q, expected) => {
    expectClose(binomialDensity(a, b, p, q), expected, 2e-13);
    expectClose(binomialDensity(b, a, q, p), expected, 2e-13);
  });
  test.each(POISSON_DENSITY)('the Poisson density of %d at %d', (a, x, expected) => {
    expectClose(poissonDensity(a, x), expected, 2e-13);
  });
  test.each(BETA)('I(%d, %d) at %d, and what it leaves', (a, b, x, expected, rest) => {
    expectClose(incompleteBeta(a, b, x), expected, 1e-13);
    expectClose(incompleteBeta(b, a, 1 - x, x), rest, 1e-13);
  });
  test.each(BETA_INVERSE)('the inverse of I(%d, %d) at %d', (a, b, p, expected) => {
    expectClose(incompleteBetaInverse(a, b, p), expected, 1e-13);
  });
  test.each(GAMMA)('P and Q of %d at %d', (a, x, lower, upper) => {
    expectClose(lowerGamma(a, x), lower, 2e-13);
    expectClose(upperGamma(a, x), upper, 2e-13);
  });
  test.each(CHI_SQUARED)('χ² above %d with %d degrees of freedom', (x, df, expected) => {
    expectClose(chiSquaredSf(x, df), expected, 1e-13);
  });
  test.each(NORMAL)('Φ at %d, and what it leaves', (z, expected, rest) => {
    expectClose(normalCdf(z), expected, 1e-13);
    expectClose(normalSf(z), rest, 1e-13);
  });
  test.each(NORMAL_QUANTILE)('the normal quantile of %d', (p, expected) => {
    expectClose(normalQuantile(p), expected, 1e-14);
  });
  test.each(STIRLING_ERROR)('what Stirling’s formula leaves out at %d', (z, expected) => {
    expectClose(stirlingError(z), expected, 1e-13);
  });
  test.each(LOG_GAMMA)('ln Γ at %d', (x, expected) => {
    expect(Math.abs(logGamma(x) - expected)).toBeLessThanOrEqual(2e-15 * Math.max(1, Math.abs(expected)));
  });
  test.each(STUDENT)('the upper tail of t = %d, df = %d', (t, df, expected) => {
    expectClose(studentSf(t, df), expected, 1e-13);
    expectClose(studentCdf(-t, df), expected, 1e-13);
  });
  test.each(STUDENT_QUANTILE)('the quantile %d of t with df = %d', (p, df, expected) => {
    expectClose(studentQuantile(p, df), expected, 1e-13);
  });
  test.each(NONCENTRAL_T)('the noncentral t at %d (df %d, δ %d)', (t, df, delta, expected) => {
    expectClose(noncentralTCdf(t, df, delta), expected, 1e-13);
  });
});

test('densities at an end of their range are powers, and 0 where nothing can be', () => {
  expect([binomialDensity(0, 3, 0.25, 0.75), binomialDensity(3, 0, 0.25, 0.75)]).toEqual([0.421875, 0.015625]);
  expect([binomialDensity(2, 3, 0, 1), binomialDensity(2, 3, 1, 0)]).toEqual([0, 0]);
  expect([binomialDensity(0, 3, 0, 1), binomialDensity(3, 0, 1, 0)]).toEqual([1, 1]);
  expect([poissonDensity(0, 2), poissonDensity(0, 0), poissonDensity(2, 0)]).toEqual([Math.exp(-2), 1, 0]);
  expect([logGamma(1), logGamma(2)]).toEqual([0, 0]);
});

test('what Stirling’s formula leaves out is the same whenever it is asked, and in whatever order', () => {
  const halves = Array.from({ length: 40 }, (_, at) => (at + 1) / 2);
  // δ(z) − δ(z + 1) = (z + ½) ln(1 + 1/z) − 1.
  for (const order of [halves, [...halves].reverse(), halves]) {
    for (const z of order) {
      const step = stirlingError(z) - stirlingError(z + 1);
      expect(Math.abs(step - ((z + 0.5) * Math.log1p(1 / z) - 1))).toBeLessThan(1e-15);
    }
  }
});

test('beyond the ends of a distribution there is nothing, and what is no number stays none', () => {
  expect([incompleteBeta(2, 3, -0.1), incompleteBeta(2, 3, 1.1)]).toEqual([0, 1]);
  expect([incompleteBetaInverse(2, 3, -1e-17), incompleteBetaInverse(2, 3, 1 + 1e-15)]).toEqual([0, 1]);
  expect([lowerGamma(2, -1), upperGamma(2, -1), chiSquaredSf(-1, 3)]).toEqual([0, 1, 1]);
  expect([normalCdf(1e200), normalCdf(-1e200), normalSf(1e200), normalSf(-1e200)]).toEqual([1, 0, 0, 1]);
  expect([normalQuantile(1.1), normalQuantile(Number.NaN), normalCdf(Number.NaN)]).toEqual(Array(3).fill(Number.NaN));
  expect([studentSf(Number.NEGATIVE_INFINITY, 3), studentCdf(Number.POSITIVE_INFINITY, 3)]).toEqual([1, 1]);
  for (const df of [0, -1, Number.NaN])
    expect([studentSf(1, df), studentQuantile(0.9, df)]).toEqual([Number.NaN, Number.NaN]);
  for (const p of [-0.1, 1.1, Number.NaN]) expect(studentQuantile(p, 3)).toBeNaN();
  expect([studentQuantile(0, 3), studentQuantile(0.5, 3)]).toEqual([Number.NEGATIVE_INFINITY, 0]);
  expect([noncentralTCdf(-1e9, 5, 3), noncentralTCdf(1e9, 5, 3)]).toEqual([
    expect.closeTo(0, 15),
    expect.closeTo(1, 15),
  ]);
});

describe('quantiles of t', () => {
  test('of one number of degrees of freedom are told apart by their tail', () => {
    for (const _ of [1, 2]) {
      expectClose(studentQuantile(0.975, 29), 2.045229642132704, 1e-13);
      expectClose(studentQuantile(0.995, 29), 2.7563859036706053, 1e-13);
    }
    expectClose(studentQuantile(0.025, 29), -2.045229642132704, 1e-13);
  });

  test.each([0.4, 0.25, 0.1, 0.025, 0.005, 0.0005])(
    'of a tail of %d lie within the expansion from five degrees on',
    (tail) => {
      for (const df of [5, 5.5, 8, 13, 29, 100, 1000, 1e5]) {
        const [low, high] = nearQuantile(tail, df);
        expect(studentSf(low, df)).toBeGreaterThanOrEqual(tail);
        expect(studentSf(high, df)).toBeLessThanOrEqual(tail);
        // The third term is what is left open, by six tenths of it.
        expect(high - low).toBeLessThan(0.6 * Math.abs(thirdTerm(tail, df)) + 3e-12 * high);
      }
    },
  );

  /** Of Cornish and Fisher: 26.7.5 of Abramowitz and Stegun. */
  function thirdTerm(tail: number, df: number): number {
    const z = -normalQuantile(tail);
    return (z * (((3 * z ** 2 + 19) * z ** 2 + 17) * z ** 2 - 15)) / 384 / df ** 3;
  }
});
