import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGenerator, sfc32 } from '../../random/create-generator.ts';
import { bootstrap, pairedBootstrap } from './bootstrap.ts';
import { packColumns } from './pack-columns.ts';
import { resampleSums } from './resample-sums.ts';
import {
  columnSums,
  joinColumns,
  meanStatistics,
  ratioOfSums,
  type SufficientStatistics,
} from './sufficient-statistics.ts';

const whole = fc.oneof(fc.integer({ min: -5, max: 60 }), fc.constantFrom(0, 1e6, 2 ** 44, -(2 ** 40)));
const value = fc.oneof(whole, fc.double({ min: -10, max: 10, noNaN: true }));

const table = (cell: fc.Arbitrary<number>) =>
  fc
    .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 11 }))
    .chain(([rows, columns]) =>
      fc
        .array(cell, { minLength: rows * columns, maxLength: rows * columns })
        .map((cells): SufficientStatistics => ({ data: Float64Array.from(cells), rows, columns })),
    );

/** The slow twin: one row at a time, no packing. */
function slowResampleSums({ data, rows, columns }: SufficientStatistics, resamples: number, seed: number): number[][] {
  const next = sfc32(seed);
  return Array.from({ length: resamples }, () => {
    const sums = new Array<number>(columns).fill(0);
    for (let draw = 0; draw < rows; ) {
      const product = BigInt(next()) * BigInt(rows);
      if ((product & 0xffffffffn) < (1n << 32n) % BigInt(rows)) continue;
      const row = Number(product >> 32n);
      for (let column = 0; column < columns; column++) sums[column]! += data[row * columns + column]!;
      draw++;
    }
    return sums;
  });
}

function fastResampleSums(statistics: SufficientStatistics, resamples: number, seed: number): number[][] {
  const all: number[][] = [];
  resampleSums(statistics, resamples, seed, undefined, (sums) => all.push([...sums]));
  return all;
}

const options = { seed: 5, resamples: 2000 };
const scores = [0.1, 0.9, 0.3, 0.4, 0.8, 0.95, 0.2, 0.99, 0.97, 0.5, 0.05, 0.88];

describe('resampleSums', () => {
  test('equals its twin to the last bit', () => {
    fc.assert(
      fc.property(table(value), fc.nat(), (statistics, seed) => {
        const positive = (all: number[][]) => all.map((sums) => sums.map((sum) => sum + 0));
        expect(positive(fastResampleSums(statistics, 5, seed))).toEqual(
          positive(slowResampleSums(statistics, 5, seed)),
        );
      }),
    );
  });

  test('packs several small columns into one word, and equal columns into one place', () => {
    const data = Float64Array.from({ length: 600 }, (_, i) => (i % 6 === 5 ? 7 : (i * 7) % 40));
    expect(packColumns({ data, rows: 100, columns: 6 }).words).toBe(2);
    const twins = Float64Array.from({ length: 40 }, (_, i) => Math.sqrt(Math.floor(i / 4)));
    expect(packColumns({ data: twins, rows: 10, columns: 4 }).words).toBe(1);
  });

  test('strata keep their sizes in every resample', () => {
    const strata = ['a', 'b', 'a', 'c', 'b', 'a'];
    const data = Float64Array.from(strata.flatMap((key) => [key === 'a' ? 1 : 0, key === 'b' ? 1 : 0]));
    resampleSums({ data, rows: 6, columns: 2 }, 50, 1, strata, (sums) => expect([...sums]).toEqual([3, 2]));
  });

  test('refuses data of another shape and no resamples', () => {
    expect(() => fastResampleSums({ data: new Float64Array(3), rows: 2, columns: 2 }, 1, 0)).toThrow(RangeError);
    expect(() => fastResampleSums(meanStatistics([1]), 0, 0)).toThrow(RangeError);
  });
});

describe('bootstrap', () => {
  test('agrees with scipy.stats.bootstrap within the noise of resampling', () => {
    const skewed = meanStatistics(scores.map((x) => Math.exp(4 * x)));
    const bca = bootstrap(skewed, ratioOfSums, { seed: 1, resamples: 40000 });
    expect(bca.lower / 11.3916).toBeCloseTo(1, 1.7);
    expect(bca.upper / 33.5744).toBeCloseTo(1, 1.7);
    expect(bca.standardError / 5.66079).toBeCloseTo(1, 1.7);
    const percentile = bootstrap(skewed, ratioOfSums, { seed: 1, resamples: 40000, method: 'percentile' });
    expect(percentile.lower / 10.9704).toBeCloseTo(1, 1.7);
    expect(percentile.upper / 33.0483).toBeCloseTo(1, 1.7);
    // The correction moves the interval of skewed scores to the right.
    expect(bca.lower).toBeGreaterThan(percentile.lower);
  });

  test('the same seed gives the same interval, whatever the order of columns', () => {
    const a = bootstrap(meanStatistics(scores), ratioOfSums, options);
    expect(bootstrap(meanStatistics(scores), ratioOfSums, options)).toEqual(a);
    expect(bootstrap(meanStatistics(scores), ratioOfSums, { ...options, seed: 6 }).lower).not.toBe(a.lower);
  });

  test('identical samples, and a single one, give a point', () => {
    for (const n of [1, 7]) {
      const result = bootstrap(meanStatistics(new Array(n).fill(0.25)), ratioOfSums, options);
      expect([result.estimate, result.lower, result.upper, result.standardError]).toEqual([0.25, 0.25, 0.25, 0]);
    }
  });

  test('clusters of copies widen the interval as if each copy were one sample', () => {
    const copies = scores.flatMap((x) => [x, x, x, x]);
    const keys = copies.map((_, i) => Math.floor(i / 4));
    const clustered = bootstrap(meanStatistics(copies), ratioOfSums, { ...options, clusters: keys });
    const single = bootstrap(meanStatistics(scores), ratioOfSums, options);
    expect(clustered.lower).toBeCloseTo(single.lower, 10);
    expect(clustered.upper).toBeCloseTo(single.upper, 10);
    expect(bootstrap(meanStatistics(copies), ratioOfSums, options).standardError).toBeLessThan(
      single.standardError * 0.6,
    );
  });

  test('strata take out what differs between them', () => {
    const values = scores.map((x, i) => x / 100 + (i % 2));
    const strata = values.map((_, i) => i % 2);
    const plain = bootstrap(meanStatistics(values), ratioOfSums, options);
    const stratified = bootstrap(meanStatistics(values), ratioOfSums, { ...options, strata });
    expect(stratified.standardError).toBeLessThan(plain.standardError / 10);
    const both = bootstrap(meanStatistics(values), ratioOfSums, { ...options, strata, clusters: strata });
    expect(both.lower).toBe(both.upper);
  });

  test('resamples without a defined score are counted and left out', () => {
    const share = (sums: Float64Array) => (sums[0] === 0 ? Number.NaN : sums[0]! / sums[1]!);
    const result = bootstrap(meanStatistics([1, 0, 0]), share, options);
    expect(result.undefinedReplicates).toBeGreaterThan(400);
    expect(result.replicates.length).toBe(2000 - result.undefinedReplicates);
    expect(() => bootstrap(meanStatistics([0]), share, options)).toThrow(
      expect.objectContaining({ code: 'METRIC_UNDEFINED' }),
    );
    expect(() => bootstrap(meanStatistics([]), share, options)).toThrow(
      expect.objectContaining({ code: 'METRIC_NO_SAMPLES' }),
    );
  });

  test('covers the true mean about as often as it says', () => {
    const random = createGenerator(17);
    let covered = 0;
    for (let run = 0; run < 400; run++) {
      const sample = Array.from({ length: 40 }, () => random.random() ** 2);
      const { lower, upper } = bootstrap(meanStatistics(sample), ratioOfSums, { seed: run, resamples: 400 });
      if (lower <= 1 / 3 && 1 / 3 <= upper) covered++;
    }
    // 95 % nominal, a little less at n = 40; five standard deviations of the count are 24.
    expect(covered).toBeGreaterThan(400 * 0.93 - 24);
    expect(covered).toBeLessThan(400);
  });
});

describe('pairedBootstrap', () => {
  test('finds a constant difference certain, and no difference unlikely to be real', () => {
    const a = meanStatistics(scores);
    const better = meanStatistics(scores.map((x) => x + 0.25));
    const found = pairedBootstrap(better, a, ratioOfSums, options);
    expect(found.estimate).toBeCloseTo(0.25, 12);
    expect(found.upper - found.lower).toBeLessThan(1e-9);
    expect(found.pvalue).toBeLessThan(0.001);
    expect(pairedBootstrap(a, a, ratioOfSums, options)).toMatchObject({ estimate: 0, lower: 0, upper: 0, pvalue: 1 });
  });

  test('swapping sides mirrors the interval', () => {
    const a = meanStatistics(scores);
    const b = meanStatistics([...scores].reverse());
    const forth = pairedBootstrap(a, b, ratioOfSums, { ...options, method: 'percentile' });
    const back = pairedBootstrap(b, a, ratioOfSums, { ...options, method: 'percentile' });
    expect(back.lower).toBeCloseTo(-forth.upper, 12);
    expect(back.pvalue).toBe(forth.pvalue);
  });

  test('refuses sides of different length', () => {
    expect(() => joinColumns(meanStatistics([1]), meanStatistics([1, 2]))).toThrow(RangeError);
    expect([...columnSums(meanStatistics([1, 2]))]).toEqual([3, 2]);
  });
});
