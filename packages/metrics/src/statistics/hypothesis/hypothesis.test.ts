import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGenerator } from '../../random/create-generator.ts';
import { meanStatistics, ratioOfSums } from '../bootstrap/sufficient-statistics.ts';
import { benjaminiHochberg, holm } from './adjust-pvalues.ts';
import { mcnemarTest } from './mcnemar.ts';
import { approximateRandomization, pairedPermutationTest } from './paired-permutation.ts';
import { pairedTTest } from './paired-t-test.ts';
import { rankAverage } from './rank.ts';
import { signFlipPvalue } from './sign-flips.ts';
import { wilcoxonSignedRank } from './wilcoxon.ts';

const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })), {
  minLength: 1,
  maxLength: 12,
});
const sides = (rows: readonly (readonly [number, number])[]) => [rows.map(([x]) => x), rows.map(([, y]) => y)] as const;

/** The slow twin: every sign pattern, one at a time. */
function slowSignFlips(signed: readonly number[]): { less: number; greater: number } {
  const positive = (values: readonly number[]) => values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const observed = positive(signed);
  let less = 0;
  let greater = 0;
  for (let pattern = 0; pattern < 2 ** signed.length; pattern++) {
    const sum = positive(signed.map((value, i) => ((pattern >> i) & 1 ? -value : value)));
    if (sum <= observed) less++;
    if (sum >= observed) greater++;
  }
  return { less: less / 2 ** signed.length, greater: greater / 2 ** signed.length };
}

describe('paired tests', () => {
  test('sign flips equal their twin', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 9 }), (signed) => {
        const slow = slowSignFlips(signed);
        expect(signFlipPvalue(signed, 0, 'less')).toBe(slow.less);
        expect(signFlipPvalue(signed, 0, 'greater')).toBe(slow.greater);
        expect(signFlipPvalue(signed, 0, 'two-sided')).toBe(Math.min(1, 2 * Math.min(slow.less, slow.greater)));
      }),
    );
  });

  test('swapping sides swaps the one-sided p-values and keeps the two-sided', () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const [x, y] = sides(rows);
        for (const method of ['exact', 'auto'] as const) {
          const less = wilcoxonSignedRank(x, y, { alternative: 'less', method });
          expect(wilcoxonSignedRank(y, x, { alternative: 'greater', method }).pvalue).toBeCloseTo(less.pvalue, 12);
        }
        const less = pairedPermutationTest(x, y, { seed: 1, alternative: 'less' });
        expect(pairedPermutationTest(y, x, { seed: 1, alternative: 'greater' }).pvalue).toBeCloseTo(less.pvalue, 12);
        const t = pairedTTest(x, y);
        if (!Number.isNaN(t.pvalue)) expect(pairedTTest(y, x).pvalue).toBeCloseTo(t.pvalue, 12);
      }),
    );
  });

  test('a permutation test by chance approaches the exact one', () => {
    const random = createGenerator(8);
    const x = Array.from({ length: 14 }, () => random.random());
    const y = x.map((value) => value + random.random() - 0.3);
    const exact = pairedPermutationTest(x, y, { seed: 1 });
    const chance = pairedPermutationTest(x, y, { seed: 1, exactUpTo: 0, resamples: 40000 });
    expect([exact.method, chance.method]).toEqual(['exact', 'resampled']);
    expect(Math.abs(exact.pvalue - chance.pvalue)).toBeLessThan(0.01);
    const swapped = approximateRandomization(meanStatistics(x), meanStatistics(y), ratioOfSums, {
      seed: 2,
      resamples: 20000,
    });
    expect(Math.abs(exact.pvalue - swapped.pvalue)).toBeLessThan(0.015);
    expect(swapped.statistic).toBeCloseTo(exact.statistic, 12);
  });

  test('a false alarm at 5 % comes in at most about 5 % of runs', () => {
    const random = createGenerator(9);
    let alarms = 0;
    for (let run = 0; run < 600; run++) {
      const x = Array.from({ length: 30 }, () => random.integers(3));
      const y = Array.from({ length: 30 }, () => random.integers(3));
      if (pairedPermutationTest(x, y, { seed: run, resamples: 199 }).pvalue <= 0.05) alarms++;
    }
    expect(alarms).toBeLessThan(30 + 5 * Math.sqrt(600 * 0.05 * 0.95));
    expect(alarms).toBeGreaterThan(5);
  });

  test('equal sides are no evidence, and no pairs are none either', () => {
    const x = [0, 1, 1, 0];
    expect(pairedPermutationTest(x, x, { seed: 1 })).toEqual({ statistic: 0, pvalue: 1, method: 'exact' });
    expect(pairedTTest(x, x).pvalue).toBeNaN();
    expect(pairedPermutationTest([], [], { seed: 1 }).statistic).toBeNaN();
    expect(pairedTTest([], []).statistic).toBeNaN();
    expect(wilcoxonSignedRank([], []).pvalue).toBeNaN();
    expect(() => pairedTTest([1], [1, 2])).toThrow(expect.objectContaining({ code: 'METRIC_LENGTH_MISMATCH' }));
    expect(() =>
      approximateRandomization(meanStatistics([1]), meanStatistics([1, 2]), ratioOfSums, { seed: 1 }),
    ).toThrow(RangeError);
  });
});

describe('mcnemarTest', () => {
  test('mid-p lies between half of the exact p-value and all of it', () => {
    expect(mcnemarTest(3, 11, 'mid-p').pvalue).toBeCloseTo(0.03515625, 12);
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), (b, c) => {
        const exact = mcnemarTest(b, c).pvalue;
        const mid = mcnemarTest(b, c, 'mid-p').pvalue;
        expect(mid).toBeLessThanOrEqual(exact);
        expect(mid).toBeGreaterThanOrEqual(exact / 2 - 1e-12);
        expect(mcnemarTest(c, b).pvalue).toBe(exact);
      }),
    );
  });

  test('without discordant pairs there is no evidence', () => {
    for (const method of ['exact', 'mid-p', 'chi-squared', 'chi-squared-corrected'] as const) {
      expect(mcnemarTest(0, 0, method)).toEqual({ statistic: 0, pvalue: 1 });
    }
    expect(() => mcnemarTest(1.5, 0)).toThrow(RangeError);
  });
});

describe('adjusted p-values', () => {
  const pvalues = [0.01, 0.04, 0.03, 0.005, 0.2, 0.04];

  test('agree with statsmodels', () => {
    for (const [actual, expected] of [
      [holm(pvalues), [0.05, 0.12, 0.12, 0.03, 0.2, 0.12]],
      [benjaminiHochberg(pvalues), [0.03, 0.048, 0.048, 0.03, 0.2, 0.048]],
    ] as const) {
      for (const [i, p] of actual.entries()) expect(p).toBeCloseTo(expected[i]!, 12);
    }
    expect([holm([]), benjaminiHochberg([])]).toEqual([[], []]);
  });

  test('keep the order, never fall below the raw value nor exceed 1, and Holm is the stricter', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (raw) => {
        const strict = holm(raw);
        const loose = benjaminiHochberg(raw);
        raw.forEach((p, i) => {
          expect(loose[i]! >= p && strict[i]! >= loose[i]! * (1 - 1e-15) && strict[i]! <= 1).toBe(true);
          raw.forEach((q, j) => {
            if (p < q) expect(strict[i]! <= strict[j]! && loose[i]! <= loose[j]!).toBe(true);
          });
        });
      }),
    );
  });
});

test('ranks share ties and add up', () => {
  expect(rankAverage([3, 1, 3, 2])).toEqual({ ranks: Float64Array.of(3.5, 1, 3.5, 2), tieSizes: [1, 1, 2] });
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 30 }), (values) => {
      const n = values.length;
      expect(rankAverage(values).ranks.reduce((sum, rank) => sum + rank, 0)).toBe((n * (n + 1)) / 2);
    }),
  );
});
