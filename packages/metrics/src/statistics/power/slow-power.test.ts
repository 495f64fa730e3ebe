import { describe, expect, test } from 'vitest';
import { ENDS } from '../means/ends-estimate.ts';
import { logGamma } from '../special/log-gamma.ts';
import { normalCdf, normalQuantile } from '../special/normal.ts';
import { studentQuantile } from '../special/student-t.ts';
import { detectableFlips, flipsPower, neededFlips } from './flips-power.ts';
import { detectablePairedEnds, neededPairedEnds, pairedEndsPower } from './paired-ends-power.ts';
import { detectableProportionDifference, neededPerProportion, twoProportionPower } from './two-proportions.ts';

function binomial(k: number, n: number, p: number): number {
  if (p === 0 || p === 1) return Number(k === n * p);
  const ways = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  return Math.exp(ways + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

/** The slow twin: every number of pairs that differ, and of wins among them. */
function slowFlips(n: number, discordant: number, difference: number, alpha: number): number {
  const [z, t] = [normalQuantile(1 - alpha / 2), studentQuantile(1 - alpha / 2, n - 1)];
  const won = (discordant + difference) / (2 * discordant);
  let chance = 0;
  for (let pairs = 1; pairs <= n; pairs++) {
    for (let wins = 0; wins <= pairs; wins++) {
      const lead = Math.abs(2 * wins - pairs);
      if (lead + 1e-9 < Math.max(z * Math.sqrt(pairs + 1), t * Math.sqrt(pairs))) continue;
      chance += binomial(pairs, n, discordant) * binomial(wins, pairs, won);
    }
  }
  return chance;
}

describe('flipsPower', () => {
  test.each([
    [2, 0.5, 0.2, 0.05],
    [9, 1, 0.6, 0.1],
    [12, 0.5, 0.5, 0.05],
    [30, 0.3, 0.2, 0.05],
    [30, 0.3, 0, 0.05],
    [60, 0.9, 0.3, 0.01],
    [110, 0.25, 0.12, 0.2],
  ])(
    'of %d pairs, %d discordant, difference %d at %d is the sum over all outcomes',
    (n, discordant, difference, alpha) => {
      const expected = slowFlips(n, discordant, difference, alpha);
      expect(flipsPower(n, discordant, difference, alpha)).toBeCloseTo(expected, 10);
      expect(flipsPower(n, discordant, -difference, alpha)).toBeCloseTo(expected, 10);
    },
  );

  test('finds nothing by one pair, and no difference beyond what is discordant', () => {
    expect([flipsPower(1, 0.5, 0.5), flipsPower(0, 0.5, 0.5)]).toEqual([0, 0]);
    expect(flipsPower(40, 0.3, 0.9)).toBe(flipsPower(40, 0.3, 0.3));
    expect(flipsPower(25, 0.3, 0.1)).toBe(flipsPower(25, 0.3, 0.1, 0.05));
  });

  test('goes over into the normal distribution without a step', () => {
    for (const [discordant, difference] of [
      [0.3, 0.012],
      [0.05, 0.004],
      [0.002, 0.001],
    ] as const) {
      const exact = flipsPower(20_000, discordant, difference);
      expect(exact).toBeGreaterThan(0.3);
      expect(Math.abs(flipsPower(20_001, discordant, difference) - exact)).toBeLessThan(0.03);
      expect(flipsPower(20_001, discordant, -difference)).toBe(flipsPower(20_001, discordant, difference));
    }
    expect(flipsPower(30_000, 1, 1)).toBe(1);
    expect(flipsPower(1e9, 1e-7, 1e-7)).toBeCloseTo(1, 12);
  });

  test('what is needed reaches the power, and one pair less or a smaller difference does not', () => {
    const options = { alpha: 0.1, power: 0.6 };
    const needed = neededFlips(0.4, 0.2, options);
    expect(flipsPower(needed, 0.4, 0.2, 0.1)).toBeGreaterThanOrEqual(0.6);
    expect(flipsPower(needed - 1, 0.4, 0.2, 0.1)).toBeLessThan(0.6);
    expect(flipsPower(80, 0.4, detectableFlips(80, 0.4, options)!, 0.1)).toBeCloseTo(0.6, 9);
    expect(neededFlips(1, 1)).toBeGreaterThanOrEqual(2);
  });
});

/** The slow twin: the spread that the pairs show is drawn from χ² by its density, in fine steps. */
function slowEnds(n: number, difference: number, sd: number, alpha: number, most: number): number {
  const [mean, spread, df] = [difference / most, sd / most, n - 1];
  const total = n + 2 * ENDS;
  const center = (n * mean) / total;
  const own = (spread * Math.sqrt(n)) / total;
  const [from, to, steps] = [Math.max(0, df - 12 * Math.sqrt(2 * df)), df + 14 * Math.sqrt(2 * df) + 10, 4000];
  let [chance, whole] = [0, 0];
  for (let step = 0; step < steps; step++) {
    const squares = from + ((step + 0.5) * (to - from)) / steps;
    const density = Math.exp((df / 2 - 1) * Math.log(squares) - squares / 2 - (df / 2) * Math.LN2 - logGamma(df / 2));
    // About the mean of all, pseudo-observations included, pairs that average to the true mean.
    const about = spread ** 2 * squares + n * (mean - center) ** 2 + ENDS * ((1 - center) ** 2 + (1 + center) ** 2);
    const margin = studentQuantile(1 - alpha / 2, total - 1) * Math.sqrt(about / (total - 1) / total);
    chance += density * (normalCdf((center - margin) / own) + normalCdf((-center - margin) / own));
    whole += density;
  }
  return chance / whole;
}

describe('pairedEndsPower', () => {
  test.each([
    [4, 0.5, 0.3, 0.2, 1],
    [20, 0.15, 0.2, 0.05, 1],
    [50, -0.1, 0.25, 0.05, 1],
    [100, 0.06, 0.2, 0.02, 1],
    [40, 0.3, 0.6, 0.05, 2],
    [300, 0, 0.2, 0.05, 1],
  ])(
    'of %d pairs, difference %d, deviation %d at %d of at most %d is the mean over all spreads',
    (n, difference, sd, alpha, most) => {
      expect(pairedEndsPower(n, difference, sd, { alpha, most })).toBeCloseTo(
        slowEnds(n, difference, sd, alpha, most),
        2,
      );
    },
  );

  test('needs two pairs, a spread and a range', () => {
    expect([pairedEndsPower(1, 0.5, 0.1), pairedEndsPower(0, 0.5, 0.1)]).toEqual([0, 0]);
    expect(pairedEndsPower(2, 0.9, 0.1, { alpha: 0.5 })).toBeGreaterThan(0);
    for (const [sd, most] of [
      [0, 1],
      [-1, 1],
      [Number.NaN, 1],
      [0.1, 0],
      [0.1, -1],
    ] as const)
      expect(() => pairedEndsPower(9, 0.1, sd, { most })).toThrow(
        expect.objectContaining({ code: 'METRIC_INVALID_ARGUMENT' }),
      );
    expect(pairedEndsPower(30, 0.1, 0.2)).toBe(pairedEndsPower(30, 0.1, 0.2, { alpha: 0.05, most: 1 }));
  });

  test('what is needed reaches the power, and one pair less does not', () => {
    const options = { alpha: 0.1, power: 0.6, most: 2 };
    const needed = neededPairedEnds(0.2, 0.5, options);
    expect(pairedEndsPower(needed, 0.2, 0.5, options)).toBeGreaterThanOrEqual(0.6);
    expect(pairedEndsPower(needed - 1, 0.2, 0.5, options)).toBeLessThan(0.6);
    expect(pairedEndsPower(60, detectablePairedEnds(60, 0.5, options)!, 0.5, options)).toBeCloseTo(0.6, 9);
  });
});

test('proportions: power is symmetric, and what is needed and detectable go by α and power', () => {
  expect(twoProportionPower(50, 0.75, 0.5)).toBe(twoProportionPower(50, 0.5, 0.75));
  expect(twoProportionPower(50, 0.5, 0.75, 0.01)).toBeLessThan(twoProportionPower(50, 0.5, 0.75));
  expect([twoProportionPower(1, 0, 1), twoProportionPower(10, 1, 1), twoProportionPower(10, 0, 0)]).toEqual([0, 0, 0]);
  const options = { alpha: 0.01, power: 0.9 };
  const needed = neededPerProportion(0.3, 0.5, options);
  expect(twoProportionPower(needed, 0.3, 0.5, 0.01)).toBeGreaterThanOrEqual(0.9);
  expect(twoProportionPower(needed - 1, 0.3, 0.5, 0.01)).toBeLessThan(0.9);
  for (const [p, sign] of [
    [0.2, 1],
    [0.5, 1],
    [0.7, -1],
  ] as const) {
    const found = detectableProportionDifference(150, p, options)!;
    expect(found).toBeGreaterThan(0);
    expect(twoProportionPower(150, p, p + sign * found, 0.01)).toBeCloseTo(0.9, 9);
  }
  expect(detectableProportionDifference(20, 0.5)!).toBeLessThanOrEqual(0.5);
});
