import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holm } from '../hypothesis/adjust-pvalues.ts';
import { Moments } from '../moments/moments.ts';
import { unknownDifference } from '../pairs/mean-difference.ts';
import { pairedDifference } from '../pairs/paired-difference.ts';
import { compareFamily, singleLevel } from './compare-family.ts';
import { correlationMatrix } from './correlation-matrix.ts';
import { CorrelationSums } from './correlation-sums.ts';
import { familyLevel } from './family-level.ts';
import { latticePoint, primeRoots } from './lattice-points.ts';
import { semidefiniteFactor } from './semidefinite-factor.ts';
import { smallestPvalue } from './smallest-pvalue.ts';
import { risingOrder, stepDown, subMatrix } from './step-down.ts';

const score = fc.constantFrom(-1, 0, 0, 0.25, 0.5, 1, 3);
const columnsOf = (length: number, count: number, value: fc.Arbitrary<number> = score) =>
  fc.array(fc.array(value, { minLength: length, maxLength: length }), { minLength: count, maxLength: count });
const columns = fc.tuple(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 5 }));

describe('correlations', () => {
  /** The slow twin: the textbook formula. */
  function slowCorrelation(a: readonly number[], b: readonly number[]): number {
    const mean = (values: readonly number[]) => {
      const known = values.filter((value) => !Number.isNaN(value));
      return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
    };
    const centred = (values: readonly number[]) =>
      values.map((value) => (Number.isNaN(value) ? 0 : value - mean(values)));
    const [x, y] = [centred(a), centred(b)];
    const dot = (p: readonly number[], q: readonly number[]) => p.reduce((sum, value, at) => sum + value * q[at]!, 0);
    const norms = Math.sqrt(dot(x, x)) * Math.sqrt(dot(y, y));
    return norms < 1e-9 ? 0 : dot(x, y) / norms;
  }

  test('of columns, at once or row by row, are those of the textbook, whatever is missing', () => {
    const gaps = fc.oneof({ weight: 5, arbitrary: score }, { weight: 1, arbitrary: fc.constant(Number.NaN) });
    fc.assert(
      fc.property(
        columns.chain(([length, count]) => columnsOf(length, count, gaps)),
        (all) => {
          const matrix = correlationMatrix(all);
          const sums = new CorrelationSums(all.length);
          for (const at of all[0]!.keys()) sums.add(all.map((column) => column[at]!));
          const known = all.map((column) => Moments.of(column.filter((value) => !Number.isNaN(value))));
          const summed = sums.matrix(known);
          for (const [i, column] of all.entries()) {
            for (const [j, other] of all.entries()) {
              const expected = i === j ? 1 : slowCorrelation(column, other);
              expect(matrix[i]![j]).toBeCloseTo(expected, 10);
              expect(summed[i]![j]).toBeCloseTo(expected, 10);
            }
          }
          const reversed = new CorrelationSums(all.length);
          for (const at of [...all[0]!.keys()].reverse()) reversed.add(all.map((column) => column[at]!));
          expect(reversed.matrix(known)).toEqual(summed);
        },
      ),
    );
  });

  test('keep what large offsets would lose, and refuse columns of other lengths', () => {
    const x = [1, 4, 2, 8, 5];
    const far = x.map((value) => 1e9 + value);
    const sums = new CorrelationSums(2);
    for (const at of x.keys()) sums.add([far[at]!, -x[at]!]);
    const matrix = sums.matrix([Moments.of(far), Moments.of(x.map((value) => -value))]);
    expect([matrix[0]![1], matrix[1]![0]]).toEqual([expect.closeTo(-1, 12), expect.closeTo(-1, 12)]);
    expect(Math.abs(matrix[0]![1]!)).toBeLessThanOrEqual(1);
    expect(() => correlationMatrix([x, [1]])).toThrow(expect.objectContaining({ code: 'METRIC_LENGTH_MISMATCH' }));
    expect(correlationMatrix([])).toEqual([]);
  });
});

test('a factor times its transpose is the matrix; what depends on earlier columns has a column of 0', () => {
  fc.assert(
    fc.property(
      columns.chain(([length, count]) => columnsOf(length, count)),
      (all) => {
        const matrix = correlationMatrix(all);
        const factor = semidefiniteFactor(matrix);
        for (const [i, row] of factor.entries()) {
          for (const [j, other] of factor.entries()) {
            expect(row.reduce((sum, value, k) => sum + value * other[k]!, 0)).toBeCloseTo(matrix[i]![j]!, 6);
            if (j > i) expect(row[j]).toBe(0);
          }
        }
      },
    ),
  );
  const copies = semidefiniteFactor([Float64Array.of(1, 1), Float64Array.of(1, 1)]);
  expect(copies.map((row) => [...row])).toEqual([
    [1, 0],
    [1, 0],
  ]);
});

test('lattice points are folded multiples of roots of primes, inside the unit interval', () => {
  expect([...primeRoots(12)].map((root) => Math.round(root ** 2))).toEqual([
    2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37,
  ]);
  expect(latticePoint(1, Math.SQRT2)).toBeCloseTo(1 - 2 * (Math.SQRT2 - 1), 14);
  expect(latticePoint(2, Math.SQRT2)).toBeCloseTo(2 * (2 * Math.SQRT2 - 2) - 1, 14);
  expect([latticePoint(1, 0.5), latticePoint(1, 1)]).toEqual([1e-12, 1 - 1e-12]);
});

describe('the smallest of several p-values', () => {
  const pair = (rho: number) => [Float64Array.of(1, rho), Float64Array.of(rho, 1)];

  test('has the ends of a distribution function, and lies between one p and their sum', () => {
    for (const matrix of [pair(0), pair(0.5), pair(-0.9)]) {
      const chance = smallestPvalue(matrix);
      expect([chance(-1), chance(0), chance(1), chance(2)]).toEqual([0, 0, 1, 1]);
      for (const p of [1e-9, 0.001, 0.2, 0.7]) {
        expect(chance(p)).toBeGreaterThanOrEqual(p);
        expect(chance(p)).toBeLessThanOrEqual(Math.min(1, 2 * p * (1 + 1e-12)));
      }
      // Two-sided: the sign of a correlation does not matter.
      const mirrored = matrix.map((row, i) => row.map((value, j) => (i === j ? value : -value)));
      expect(smallestPvalue(mirrored)(0.05)).toBeCloseTo(chance(0.05), 3);
    }
    expect([smallestPvalue([])(0.3), smallestPvalue([Float64Array.of(1)])(0.3)]).toEqual([0.3, 0.3]);
    expect(smallestPvalue([Float64Array.of(1)])(1.5)).toBe(1);
  });

  test('the family’s level is where the chance is α, between Bonferroni’s and α', () => {
    for (const rho of [0, 0.6, 0.99]) {
      for (const alpha of [0.05, 0.2]) {
        const level = familyLevel(pair(rho), alpha);
        expect(level).toBeGreaterThanOrEqual(alpha / 2);
        expect(level).toBeLessThanOrEqual(alpha);
        expect(Math.abs(smallestPvalue(pair(rho))(level) / alpha - 1)).toBeLessThan(1e-3);
      }
    }
    expect([familyLevel([]), familyLevel([Float64Array.of(1)])]).toEqual([0.05, 0.05]);
  });
});

test('a step down adjusts each p-value by those that are left, in any order', () => {
  const matrix = correlationMatrix([
    [0, 1, 0, 1, 1, 0],
    [1, 1, 0, 0, 1, 0],
    [0, 0, 1, 1, 0, 1],
  ]);
  const adjusted = stepDown([0.02, 0.001, 0.4], matrix);
  expect(adjusted[1]).toBeCloseTo(smallestPvalue(matrix)(0.001), 12);
  expect(adjusted[0]).toBeCloseTo(smallestPvalue(subMatrix(matrix, [0, 2]))(0.02), 12);
  expect(adjusted[2]).toBeCloseTo(0.4, 12);
  expect(stepDown([1, 0.2, 1], matrix)[0]).toBe(1);
  expect(stepDown([], [])).toEqual([]);
  expect(risingOrder([3, 1, 2, 1])).toEqual([1, 3, 2, 0]);
  expect(subMatrix(matrix, [2, 0]).map((row) => [...row])).toEqual([
    [1, matrix[0]![2]],
    [matrix[2]![0], 1],
  ]);
});

describe('a family of differences', () => {
  const wins = (won: number, lost: number, n = 40) =>
    pairedDifference(
      Array.from({ length: n }, (_, at) => (at < won ? 1 : at < won + lost ? -1 : 0)),
      { most: 1 },
    )!;

  test('without columns, or with too many, is adjusted by Holm, and its intervals by Bonferroni', () => {
    const differences = [wins(14, 1), wins(9, 1), wins(4, 3)];
    const members = compareFamily(differences, { correlation: null });
    const pvalues = differences.map((each) => each.pvalue());
    expect(members.map(({ pvalue }) => pvalue)).toEqual(pvalues);
    expect(members.map(({ adjustedPvalue }) => adjustedPvalue)).toEqual(holm(pvalues).map((p) => expect.closeTo(p, 9)));
    expect(members.map(({ confidence }) => confidence)).toEqual(Array(3).fill(expect.closeTo(1 - 0.05 / 3, 12)));
    expect(members[0]!.interval).toEqual(differences[0]!.interval(1 - 0.05 / 3));
    const many = Array.from({ length: 129 }, () => Float64Array.from({ length: 129 }, () => 1));
    expect(singleLevel(many, 129)).toBeCloseTo(0.05 / 129, 15);
    expect(
      singleLevel(
        many.slice(0, 128).map((row) => row.slice(0, 128)),
        128,
      ),
    ).toBeCloseTo(0.05, 9);
    expect([singleLevel(null, 0), singleLevel(null, 4, 0.2)]).toEqual([0.05, 0.05]);
  });

  test('what only a later step rejects has an interval that ends at its border', () => {
    // Alone at α / 2 the second is not told apart, beside one that is rejected it is, at α.
    const differences = [wins(20, 0), wins(9, 2)];
    const [first, second] = compareFamily(differences, { correlation: null });
    expect(differences[1]!.pvalue()).toBeGreaterThan(0.025);
    expect(differences[1]!.pvalue()).toBeLessThan(0.05);
    expect(first).toMatchObject({ rejected: true, open: false });
    expect(second).toMatchObject({ rejected: true, open: true });
    expect(second!.interval[0]).toBe(0);
    expect(second!.interval[1]).toBe(differences[1]!.interval(1 - 0.025)[1]);
    const [, turned] = compareFamily([wins(0, 20), wins(2, 9)], { correlation: null });
    expect(turned).toMatchObject({ rejected: true, open: true, interval: [expect.any(Number), 0] });
  });

  test('is held against borders of its own, and one that stops the steps stops all behind it', () => {
    const differences = [wins(20, 0), wins(6, 5), wins(5, 5)];
    const borders = [0.9, 0, -0.6];
    const members = compareFamily(differences, { correlation: null, borders, alpha: 0.1 });
    expect(members.map(({ rejected }) => rejected)).toEqual([true, false, true]);
    for (const [at, { interval, rejected }] of members.entries()) {
      const [low, high] = interval;
      expect(low <= borders[at]! && borders[at]! <= high).toBe(!rejected);
    }
    expect(members[0]!.interval[1]).toBeLessThan(0.9);
    const none = compareFamily([wins(9, 2), wins(9, 2)], { correlation: null });
    expect(none.map(({ rejected }) => rejected)).toEqual([false, false]);
    for (const { adjustedPvalue } of none) expect(adjustedPvalue).toBeGreaterThan(0.05);
  });

  test('nothing known stays within its range, with the border inside', () => {
    const [member] = compareFamily([unknownDifference('none', 1, 0.2, 1)], { correlation: null, borders: [1.5] });
    expect(member).toMatchObject({ rejected: false, adjustedPvalue: 1, interval: [-1, 1.5], open: false });
    expect(compareFamily([], { correlation: null })).toEqual([]);
  });

  test('takes a level that is known already', () => {
    const [member] = compareFamily([wins(14, 1)], { correlation: null, level: 0.001 });
    expect(member!.confidence).toBe(0.999);
    expect(member!.interval[1]).toBe(wins(14, 1).interval(0.999)[1]);
  });
});
