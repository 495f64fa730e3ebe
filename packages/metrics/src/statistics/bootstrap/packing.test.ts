import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sfc32 } from '../../random/create-generator.ts';
import { bootstrap, pairedBootstrap } from './bootstrap.ts';
import { packColumns } from './pack-columns.ts';
import { resampleSums } from './resample-sums.ts';
import { joinColumns, meanStatistics, ratioOfSums, type SufficientStatistics } from './sufficient-statistics.ts';
import { wasmResampler } from './wasm-resampler.ts';

/** Columns of two rows: a difference of 2^k − 1 takes k + 1 bits for the sum of two draws. */
const wordsOf = (...columns: readonly (readonly [number, number])[]) => {
  const data = Float64Array.from([0, 1].flatMap((row) => columns.map((column) => column[row]!)));
  return packColumns({ data, rows: 2, columns: columns.length }).words;
};

describe('columns of whole numbers', () => {
  test('share a word of 53 bits, and not of 54', () => {
    expect(wordsOf([0, 2 ** 26 - 1], [2 ** 25 - 1, 0])).toBe(1);
    expect(wordsOf([0, 2 ** 26 - 1], [2 ** 26 - 1, 0])).toBe(2);
    expect(wordsOf([0, 2 ** 26 - 1], [2 ** 26 - 1, 0], [1, 0])).toBe(2);
  });

  test('that fill a word leave room for a constant alone, and wider ones for nothing', () => {
    expect(wordsOf([0, 2 ** 52 - 1], [5, 5])).toBe(1);
    expect(wordsOf([0, 2 ** 52 - 1], [5, 6])).toBe(2);
    expect(wordsOf([0, 2 ** 52], [5, 5])).toBe(2);
    expect(wordsOf([-(2 ** 52) + 1, 2 ** 52 - 1], [5, 5])).toBe(2);
    expect(wordsOf([0, 0.5], [5, 5], [7, 7], [0.25, 0])).toBe(3);
    expect(wordsOf([-(2 ** 26) + 1, 0], [0, 1])).toBe(1);
  });

  test('that are equal share one place, wherever they stand', () => {
    expect(wordsOf([0.5, 0.25], [0, 0.125], [0.5, 0.25], [0, 0.125])).toBe(2);
    expect(wordsOf([0.5, 0.25], [0.5, 0.125])).toBe(2);
    expect(wordsOf([0.5, 0.25], [0.125, 0.25])).toBe(2);
  });
});

/** The slow twin: strata one after another, in the order in which they first appear. */
function slowStrata({ data, rows, columns }: SufficientStatistics, seed: number, strata: readonly string[]): number[] {
  const next = sfc32(seed);
  const sums = new Array<number>(columns).fill(0);
  for (const name of new Set(strata)) {
    const own = Array.from({ length: rows }, (_, row) => row).filter((row) => strata[row] === name);
    for (let draw = 0; draw < own.length; ) {
      const product = BigInt(next()) * BigInt(own.length);
      if ((product & 0xffffffffn) < (1n << 32n) % BigInt(own.length)) continue;
      const row = own[Number(product >> 32n)]!;
      for (let column = 0; column < columns; column++) sums[column]! += data[row * columns + column]!;
      draw++;
    }
  }
  return sums;
}

test('rows of a stratum are drawn from it alone, strata in the order of their first rows', () => {
  const row = fc.record({ stratum: fc.constantFrom('a', 'b', 'c'), values: fc.tuple(fc.nat(9), fc.nat(), fc.nat(3)) });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 15 }), fc.nat(), (rows, seed) => {
      const data = Float64Array.from(rows.flatMap(({ values }) => values));
      const statistics = { data, rows: rows.length, columns: 3 };
      const strata = rows.map(({ stratum }) => stratum);
      let found: number[] = [];
      resampleSums(statistics, 1, seed, strata, (sums) => {
        found = [...sums];
      });
      expect(found).toEqual(slowStrata(statistics, seed, strata));
    }),
    { numRuns: 50 },
  );
  expect(() => resampleSums(meanStatistics([1, 2]), 1, 1, ['a'], () => {})).toThrow('1 keys for 2 rows');
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('%d resamples are refused', (resamples) => {
  expect(() => resampleSums(meanStatistics([1]), resamples, 1, undefined, () => {})).toThrow('at least 1');
});

test('blocks that are too large together, or rows too many, are left to JavaScript', () => {
  const state = new Int32Array(4);
  const half = new Float64Array(2 ** 22 + 4);
  expect(wasmResampler([half, half], [2 ** 20 + 1], state)).toBeNull();
  expect(wasmResampler([new Float64Array(2 ** 23)], [2 ** 21], state)).toBeNull();
  expect(wasmResampler([new Float64Array(8)], [2, 0], state)).toBeNull();
  const small = wasmResampler([new Float64Array(8)], [2], state);
  expect(small).not.toBeNull();
  expect(wasmResampler([new Float64Array(8)], [2], state)).toBeNull();
  small!.end();
});

test('the greatest sum that a place can hold is kept apart from 0', () => {
  // log₂(2⁴⁹ + 1) is 49 as a double, and 49 bits hold 2⁴⁹ as 0.
  for (const greatest of [2 ** 48, 2 ** 50, 2 ** 51, 2 ** 52 - 1, 2 ** 52, 2 ** 53 - 1]) {
    const sums = new Set<number>();
    resampleSums({ data: Float64Array.of(0, greatest), rows: 2, columns: 1 }, 40, 7, undefined, ([sum]) => {
      sums.add(sum!);
    });
    expect([...sums].sort((a, b) => a - b)).toEqual([0, greatest, 2 * greatest]);
  }
});

describe('bootstrap', () => {
  const scores = [0.1, 0.9, 0.3, 0.4, 0.8, 0.95, 0.2];
  const statistics = meanStatistics(scores);

  test('draws 10,000 resamples for 95 %, corrected, where nothing else is asked for', () => {
    const found = bootstrap(statistics, ratioOfSums, { seed: 4 });
    expect(found.replicates.length).toBe(10_000);
    const asked = bootstrap(statistics, ratioOfSums, { seed: 4, resamples: 10_000, confidence: 0.95, method: 'bca' });
    expect([found.lower, found.upper, found.standardError]).toEqual([asked.lower, asked.upper, asked.standardError]);
    expect(() => bootstrap(statistics, ratioOfSums, { seed: 4, confidence: 1 })).toThrow(RangeError);
  });

  test('a score that no resample reaches, or all but one, has the quantiles of its replicates', () => {
    // Columns that mark a row each: only a resample of all rows once has no mark twice.
    const marks = { data: Float64Array.from({ length: 36 }, (_, at) => Number(at % 7 === 0)), rows: 6, columns: 6 };
    for (const sign of [1, -1]) {
      const distinct = (sums: Float64Array) => sign * sums.filter((sum) => sum > 0).length;
      const options = { seed: 2, resamples: 40 };
      const found = bootstrap(marks, distinct, options);
      expect(found.estimate).toBe(sign * 6);
      expect(found.replicates.every((each) => sign * each < 6)).toBe(true);
      const plain = bootstrap(marks, distinct, { ...options, method: 'percentile' });
      expect([found.lower, found.upper]).toEqual([plain.lower, plain.upper]);
    }
  });

  test('a score that is undefined without one of the rows is not corrected', () => {
    const needsFirst = (sums: Float64Array) => (sums[0]! >= 1 ? sums[1]! : Number.NaN);
    const data = Float64Array.of(1, 3, 0, 5, 0, 4);
    const found = bootstrap({ data, rows: 3, columns: 2 }, needsFirst, { seed: 1, resamples: 50 });
    const asked = { seed: 1, resamples: 50, method: 'percentile' } as const;
    expect(found).toEqual(bootstrap({ data, rows: 3, columns: 2 }, needsFirst, asked));
    expect(found.undefinedReplicates).toBeGreaterThan(0);
    const paired = pairedBootstrap({ data, rows: 3, columns: 2 }, { data, rows: 3, columns: 2 }, needsFirst, asked);
    expect(paired.pvalue).toBe(1);
  });
});

test('a table of another shape is refused on either side, and sides of other lengths', () => {
  const broken = { data: new Float64Array(3), rows: 2, columns: 2 };
  const whole = { data: new Float64Array(4), rows: 2, columns: 2 };
  for (const [a, b] of [
    [broken, whole],
    [whole, broken],
  ] as const)
    expect(() => joinColumns(a, b)).toThrow(expect.objectContaining({ code: 'METRIC_LENGTH_MISMATCH' }));
  expect(() => joinColumns(whole, meanStatistics([1]))).toThrow('2 and 1');
});
