import { describe, expect, test } from 'vitest';
import { noncentralTCdf } from '../special/noncentral-t.ts';
import { normalCdf, normalQuantile } from '../special/normal.ts';
import { studentQuantile } from '../special/student-t.ts';
import { detectableFlips, flipsPower, neededFlips } from './flips-power.ts';
import { detectableMcnemarDifference, mcnemarPower, neededForMcnemar } from './mcnemar-power.ts';
import { detectablePairedDifference, neededPairs, pairedDifferencePower } from './paired-difference.ts';
import { detectablePairedEnds, neededPairedEnds, pairedEndsPower } from './paired-ends-power.ts';
import { smallestSample } from './smallest-sample.ts';
import { detectableProportionDifference, neededPerProportion, twoProportionPower } from './two-proportions.ts';

const z = (alpha: number) => normalQuantile(1 - alpha / 2);

test('flips of many pairs follow the normal distribution with the margin of the test', () => {
  for (const [n, discordant, difference, alpha] of [
    [25_000, 0.3, 0.012, 0.05],
    [40_000, 0.05, -0.004, 0.01],
    [30_000, 0.2, 0, 0.1],
  ] as const) {
    const pairs = n * discordant;
    const lead = Math.max(z(alpha) * Math.sqrt(pairs + 1), studentQuantile(1 - alpha / 2, n - 1) * Math.sqrt(pairs));
    const spread = Math.sqrt(n * (discordant - difference ** 2));
    const expected = normalCdf((n * Math.abs(difference) - lead) / spread);
    expect(flipsPower(n, discordant, difference, alpha)).toBeCloseTo(expected, 9);
  }
  // All pairs differ one way: nothing varies, and the lead is reached or not.
  expect([flipsPower(20_001, 1, 1), flipsPower(20_001, 1, -1)]).toEqual([1, 1]);
  // Two pairs of one way are enough where the error may be large.
  expect([flipsPower(2, 1, 1, 0.6), flipsPower(2, 1, 1, 0.1)]).toEqual([1, 0]);
  expect([flipsPower(30_000, 1e-9, 1e-9), flipsPower(20_000, 1, 1)]).toEqual([expect.closeTo(0, 2), 1]);
});

test('McNemar’s test is predicted by Connor’s formula, with a continuity correction where it is exact', () => {
  for (const [n, discordant, difference, alpha] of [
    [100, 0.3, 0.1, 0.05],
    [60, 0.5, -0.3, 0.01],
    [40, 0.2, 0.9, 0.2],
  ] as const) {
    const d = Math.min(Math.abs(difference), discordant);
    for (const method of ['exact', 'mid-p', undefined] as const) {
      const correction = method === 'mid-p' ? 0 : 1 / Math.sqrt(n);
      const margin = Math.sqrt(n) * d - z(alpha) * Math.sqrt(discordant) - correction;
      const expected = normalCdf(margin / Math.sqrt(discordant - d * d));
      expect(mcnemarPower(n, discordant, difference, alpha, method)).toBeCloseTo(expected, 12);
    }
  }
  // All differ one way: 4 √1 wins beat 1.96, two and the correction do not.
  expect([mcnemarPower(16, 1, 1), mcnemarPower(4, 1, 1), mcnemarPower(4, 1, 1, 0.05, 'mid-p')]).toEqual([1, 0, 1]);
  expect(neededForMcnemar(1, 1, { method: 'mid-p' })).toBe(4);
});

test('two proportions follow their formula, and those that nothing varies are told apart or not', () => {
  for (const [n, p, q, alpha] of [
    [80, 0.3, 0.45, 0.05],
    [500, 0.9, 0.85, 0.01],
  ] as const) {
    const middle = (p + q) / 2;
    const margin = Math.sqrt(n) * Math.abs(p - q) - z(alpha) * Math.sqrt(2 * middle * (1 - middle));
    const expected = normalCdf(margin / Math.sqrt(p * (1 - p) + q * (1 - q)));
    expect(twoProportionPower(n, p, q, alpha)).toBeCloseTo(expected, 12);
  }
  // √n against 1.96 √(1/2): 1.386.
  expect([1, 2].map((n) => twoProportionPower(n, 0, 1))).toEqual([0, 1]);
  expect(neededPerProportion(0, 1)).toBe(2);
});

test('the paired t-test finds what two tails of the noncentral t find, of two pairs as well', () => {
  for (const [n, difference, sd, alpha] of [
    [2, 3, 1, 0.2],
    [12, -0.4, 0.8, 0.01],
  ] as const) {
    const [df, delta] = [n - 1, (Math.abs(difference) / sd) * Math.sqrt(n)];
    const critical = studentQuantile(1 - alpha / 2, df);
    const expected = 1 - noncentralTCdf(critical, df, delta) + noncentralTCdf(-critical, df, delta);
    expect(pairedDifferencePower(n, difference, sd, alpha)).toBeCloseTo(expected, 9);
  }
  // Ten standard errors are not enough for two pairs.
  const far = detectablePairedDifference(2, 1, { alpha: 0.1, power: 0.95 });
  expect(far).toBeGreaterThan(10 / Math.sqrt(2));
  expect(pairedDifferencePower(2, far, 1, 0.1)).toBeCloseTo(0.95, 9);
  expect(detectablePairedDifference(9, 3)).toBeCloseTo(3 * detectablePairedDifference(9, 1), 9);
});

/** Differences and numbers of samples for defaults, and for the options that stand for them. */
describe('error and power are 5 % and 80 % where nothing else is asked for', () => {
  const asked = { alpha: 0.05, power: 0.8 };
  const other = { alpha: 0.01, power: 0.9 };
  test.each<[string, (options?: { alpha: number; power: number }) => number | null]>([
    ['neededFlips', (options) => neededFlips(0.4, 0.2, options)],
    ['detectableFlips', (options) => detectableFlips(90, 0.4, options)],
    ['neededForMcnemar', (options) => neededForMcnemar(0.4, 0.2, options)],
    ['detectableMcnemarDifference', (options) => detectableMcnemarDifference(90, 0.4, options)],
    ['neededPairs', (options) => neededPairs(0.2, 0.5, options)],
    ['detectablePairedDifference', (options) => detectablePairedDifference(90, 0.5, options)],
    ['neededPairedEnds', (options) => neededPairedEnds(0.2, 0.5, options)],
    ['detectablePairedEnds', (options) => detectablePairedEnds(90, 0.5, options)],
    ['neededPerProportion', (options) => neededPerProportion(0.4, 0.6, options)],
    ['detectableProportionDifference', (options) => detectableProportionDifference(90, 0.4, options)],
  ])('%s', (_, of) => {
    expect(of()).toBe(of(asked));
    expect(of(other)!).toBeGreaterThan(of()!);
    expect(of({ ...asked, alpha: 0.01 })!).toBeGreaterThan(of()!);
    expect(of({ ...asked, power: 0.9 })!).toBeGreaterThan(of()!);
  });
});

test('the greatest difference of all is detectable where it is found with just the wanted power', () => {
  const power = flipsPower(20, 0.4, 0.4);
  expect(detectableFlips(20, 0.4, { power })).toBeCloseTo(0.4, 6);
  expect(detectableFlips(20, 0.4, { power: power + 1e-9 })).toBeNull();
  const ends = pairedEndsPower(8, 1, 0.9);
  expect(detectablePairedEnds(8, 0.9, { power: ends })).toBeCloseTo(1, 6);
  expect(detectablePairedEnds(8, 0.9, { power: ends + 1e-9 })).toBeNull();
  const most = mcnemarPower(20, 0.4, 0.3999999999);
  expect(detectableMcnemarDifference(20, 0.4, { power: most })).toBeCloseTo(0.4, 6);
  const proportions = twoProportionPower(5, 0.7, 0);
  expect(detectableProportionDifference(5, 0.7, { power: proportions })).toBeCloseTo(0.7, 6);
  expect(detectableProportionDifference(5, 0.7, { power: proportions + 1e-9 })).toBeNull();
});

test('the smallest sample is looked for from the guess on in steps that double', () => {
  const looks = (guess: number, from: number) => {
    const seen: number[] = [];
    smallestSample(
      (n) => {
        seen.push(n);
        return Number(n >= from);
      },
      1,
      2,
      guess,
    );
    return seen;
  };
  // Down by 1, 2 and 4 until it is too few, or up until it is enough; then by halves.
  expect(looks(50, 44)).toEqual([50, 49, 47, 43, 45, 44]);
  expect(looks(50, 57)).toEqual([50, 51, 53, 57, 55, 56]);
  expect(smallestSample(() => Number.NaN, 0.8, 2, Number.NaN)).toBe(Number.POSITIVE_INFINITY);
  expect([looks(2, 2), looks(1, 1), looks(3, 1)]).toEqual([[2], [2], [3, 2]]);
});
