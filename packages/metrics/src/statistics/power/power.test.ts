import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mcnemarTest } from '../hypothesis/mcnemar.ts';
import { noncentralTCdf } from '../special/noncentral-t.ts';
import { studentCdf } from '../special/student-t.ts';
import { detectableMcnemarDifference, mcnemarPower, neededForMcnemar } from './mcnemar-power.ts';
import { detectablePairedDifference, neededPairs, pairedDifferencePower } from './paired-difference.ts';
import { detectableProportionDifference, neededPerProportion, twoProportionPower } from './two-proportions.ts';

describe('paired difference', () => {
  test.each([
    [10, 0.5, 0.05, 0.2931756065140767],
    [30, 0.5, 0.05, 0.75396471574379],
    [200, 0.2, 0.05, 0.8036666605857853],
    [1000, 0.05, 0.01, 0.15932223123186798],
    [5, 2, 0.05, 0.9088848681009402],
  ])('the power of %d pairs for %d at %d agrees with statsmodels', (n, effect, alpha, expected) => {
    expect(pairedDifferencePower(n, effect * 3, 3, alpha)).toBeCloseTo(expected, 10);
  });

  test('what is needed and what is detectable agree with statsmodels', () => {
    expect([neededPairs(0.5, 1), neededPairs(0.2, 1, { power: 0.9 }), neededPairs(0.1, 1)]).toEqual([34, 265, 787]);
    expect(detectablePairedDifference(20, 1)).toBeCloseTo(0.6604416544380312, 6);
    expect(detectablePairedDifference(1400, 2)).toBeCloseTo(2 * 0.07492685328774905, 6);
  });

  test('detectable and needed are each other’s inverse', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 5000 }), fc.double({ min: 0.01, max: 5, noNaN: true }), (n, sd) => {
        const difference = detectablePairedDifference(n, sd);
        expect(Math.abs(neededPairs(difference * (1 + 1e-9), sd) - n)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 20 },
    );
  });

  test('one pair finds nothing, and no difference is never found', () => {
    expect(pairedDifferencePower(1, 1, 1)).toBe(0);
    expect(detectablePairedDifference(1, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(neededPairs(0, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(pairedDifferencePower(50, 0, 1)).toBeCloseTo(0.05, 12);
  });
});

test.each([
  [2, 10, 1, 0.8076115625303752],
  [0.5, 3, -1, 0.9242738812886191],
  [5, 100, 4, 0.824101702070467],
  [-1, 20, 0.5, 0.07082462101263054],
  [12, 30, 10, 0.8494793222050965],
  [30, 500, 28, 0.9253625556878199],
])('the noncentral t at %d (df %d, δ %d) agrees with scipy', (t, df, delta, expected) => {
  expect(noncentralTCdf(t, df, delta)).toBeCloseTo(expected, 10);
  expect(noncentralTCdf(t, df, 0)).toBeCloseTo(studentCdf(t, df), 13);
});

describe('two proportions', () => {
  test('agree with the examples of R’s power.prop.test', () => {
    expect(twoProportionPower(50, 0.5, 0.75)).toBeCloseTo(0.7401659, 6);
    expect(neededPerProportion(0.5, 0.75, { power: 0.9 })).toBe(77);
  });

  test('detectable and needed are each other’s inverse', () => {
    for (const p of [0.1, 0.5, 0.9]) {
      const difference = detectableProportionDifference(300, p)!;
      const other = p <= 0.5 ? p + difference : p - difference;
      expect(twoProportionPower(300, p, other)).toBeCloseTo(0.8, 10);
    }
    expect(detectableProportionDifference(2, 0.5)).toBeNull();
    expect(neededPerProportion(0.3, 0.3)).toBe(Number.POSITIVE_INFINITY);
    expect(twoProportionPower(10, 0, 1)).toBe(1);
  });
});

describe('McNemar', () => {
  test('agrees with Connor’s formula', () => {
    expect(mcnemarPower(100, 0.3, 0.1, 0.05, 'mid-p')).toBeCloseTo(0.4457064165786786, 12);
    expect(neededForMcnemar(0.3, 0.1, { method: 'mid-p' })).toBe(234);
    for (const method of ['exact', 'mid-p'] as const) {
      const difference = detectableMcnemarDifference(234, 0.3, { method })!;
      expect(mcnemarPower(234, 0.3, difference, 0.05, method)).toBeCloseTo(0.8, 10);
    }
    expect(detectableMcnemarDifference(5, 0.3)).toBeNull();
    expect(neededForMcnemar(0.3, 0)).toBe(Number.POSITIVE_INFINITY);
    expect(mcnemarPower(9, 1, 1)).toBe(1);
  });

  /** The chance that the test is significant, added up over every count of discordant pairs. */
  function slowPower(n: number, discordant: number, difference: number, method: 'exact' | 'mid-p'): number {
    const wins = (discordant + difference) / 2 / discordant;
    const logFactorials = [0];
    for (let i = 1; i <= n; i++) logFactorials.push(logFactorials[i - 1]! + Math.log(i));
    const density = (k: number, of: number, p: number) =>
      Math.exp(
        logFactorials[of]! - logFactorials[k]! - logFactorials[of - k]! + k * Math.log(p) + (of - k) * Math.log1p(-p),
      );
    let power = 0;
    for (let moved = 1; moved <= n; moved++) {
      const chance = density(moved, n, discordant);
      if (chance < 1e-9) continue;
      for (let won = 0; won <= moved; won++) {
        if (mcnemarTest(won, moved - won, method).pvalue <= 0.05) power += chance * density(won, moved, wins);
      }
    }
    return power;
  }

  test.each([
    [60, 0.3, 0.2],
    [100, 0.2, 0.1],
    [244, 0.3, 0.1],
    [300, 0.5, 0.1],
    [150, 0.1, 0.06],
  ])('predicts the power of %d samples, of which %d differ by %d, to five points', (n, discordant, difference) => {
    for (const method of ['exact', 'mid-p'] as const) {
      const predicted = mcnemarPower(n, discordant, difference, 0.05, method);
      expect(Math.abs(predicted - slowPower(n, discordant, difference, method))).toBeLessThan(0.05);
    }
  });
});
