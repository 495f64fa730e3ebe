import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantile } from '../moments/quantile.ts';
import { normalCdf, normalQuantile } from '../special/normal.ts';
import { bootstrap, pairedBootstrap } from './bootstrap.ts';
import { columnSums, joinColumns, meanStatistics, ratioOfSums, sumRowsByKey } from './sufficient-statistics.ts';

const score: fc.Arbitrary<number> = fc.constantFrom(0, 0.1, 0.25, 0.5, 1, 3);
const values = fc.array(score, { minLength: 2, maxLength: 14 });

test('percentile intervals are quantiles of the replicates, and BCa’s those that bias and skewness name', () => {
  fc.assert(
    fc.property(values, fc.constantFrom(0.8, 0.95), fc.nat(9), (scores, confidence, seed) => {
      const statistics = meanStatistics(scores);
      const options = { seed, resamples: 60, confidence };
      const tail = (1 - confidence) / 2;
      const plain = bootstrap(statistics, ratioOfSums, { ...options, method: 'percentile' });
      expect(plain.lower).toBeCloseTo(quantile(plain.replicates, tail)!, 12);
      expect(plain.upper).toBeCloseTo(quantile(plain.replicates, 1 - tail)!, 12);
      expect([...plain.replicates]).toEqual([...plain.replicates].sort((a, b) => a - b));
      const found = bootstrap(statistics, ratioOfSums, options);
      const mean = scores.reduce((sum, each) => sum + each, 0) / scores.length;
      expect(found.estimate).toBeCloseTo(mean, 12);
      const rank = (at: number) =>
        found.replicates.reduce((sum, each) => sum + (each < at ? 1 : each === at ? 0.5 : 0), 0);
      const bias = normalQuantile(rank(found.estimate) / found.replicates.length);
      const without = scores.map((_, left) => {
        const others = scores.filter((_value, at) => at !== left);
        return others.reduce((sum, each) => sum + each, 0) / others.length;
      });
      const centre = without.reduce((sum, each) => sum + each, 0) / without.length;
      const power = (exponent: number) => without.reduce((sum, each) => sum + (centre - each) ** exponent, 0);
      const skewness = power(2) < 1e-20 ? 0 : power(3) / (6 * power(2) ** 1.5);
      if (!Number.isFinite(bias)) return;
      for (const [end, p] of [
        ['lower', tail],
        ['upper', 1 - tail],
      ] as const) {
        const z = bias + normalQuantile(p);
        expect(found[end]).toBeCloseTo(quantile(found.replicates, normalCdf(bias + z / (1 - skewness * z)))!, 6);
      }
      const spread = found.replicates.reduce((sum, each) => sum + each, 0) / 60;
      const squares = found.replicates.reduce((sum, each) => sum + (each - spread) ** 2, 0);
      expect(found.standardError).toBeCloseTo(Math.sqrt(squares / 59), 9);
    }),
    { numRuns: 60 },
  );
});

test('the p-value of a difference counts replicates that are as far from it as it is from 0', () => {
  fc.assert(
    fc.property(values, fc.nat(9), (scores, seed) => {
      const [a, b] = [meanStatistics(scores), meanStatistics([...scores].reverse().map((each) => each / 2))];
      const found = pairedBootstrap(a, b, ratioOfSums, { seed, resamples: 50, method: 'percentile' });
      const beyond = found.replicates.filter(
        (each) => Math.abs(each - found.estimate) >= Math.abs(found.estimate),
      ).length;
      expect(found.pvalue).toBe((1 + beyond) / 51);
      expect(found.undefinedReplicates).toBe(0);
    }),
    { numRuns: 30 },
  );
});

test('rows are summed by key in order of first appearance, and joined side by side', () => {
  const statistics = { data: Float64Array.of(1, 10, 2, 20, 4, 40), rows: 3, columns: 2 };
  const summed = sumRowsByKey(statistics, ['b', 'a', 'b']);
  expect([[...summed.data], summed.rows, summed.columns, [...summed.firstRow]]).toEqual([[5, 50, 2, 20], 2, 2, [0, 1]]);
  expect([...columnSums(statistics)]).toEqual([7, 70]);
  const joined = joinColumns(statistics, { data: Float64Array.of(7, 8, 9), rows: 3, columns: 1 });
  expect([[...joined.data], joined.rows, joined.columns]).toEqual([[1, 10, 7, 2, 20, 8, 4, 40, 9], 3, 3]);
  expect(() => sumRowsByKey(statistics, ['a'])).toThrow(RangeError);
  for (const broken of [{ rows: 2 }, { columns: 3 }, { rows: -1 }, { columns: 1.5 }])
    expect(() => columnSums({ ...statistics, ...broken })).toThrow(RangeError);
});

test('a stratum of clusters is that of each cluster’s first row, and keeps its number of clusters', () => {
  const scores = [0, 0, 1, 1, 5, 5, 9, 9];
  const clusters = ['a', 'a', 'b', 'b', 'c', 'c', 'd', 'd'];
  const strata = ['low', 'low', 'low', 'high', 'high', 'high', 'high', 'low'];
  const found = bootstrap(meanStatistics(scores), ratioOfSums, { seed: 3, resamples: 200, clusters, strata });
  // Two of {0, 1} and two of {5, 9} in each resample: means from 2.5 to 5.
  expect(found.replicates[0]).toBe(2.5);
  expect(found.replicates.at(-1)).toBe(5);
  expect(new Set(found.replicates).size).toBeLessThanOrEqual(9);
});
