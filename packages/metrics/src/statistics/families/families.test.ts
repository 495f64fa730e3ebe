import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGenerator } from '../../random/create-generator.ts';
import { endsAt } from '../means/ends-estimate.ts';
import { pairedDifference } from '../pairs/paired-difference.ts';
import { compareFamily, singleLevel } from './compare-family.ts';
import { correlationMatrix } from './correlation-matrix.ts';
import { familyLevel } from './family-level.ts';
import { smallestPvalue } from './smallest-pvalue.ts';
import { stepDown } from './step-down.ts';

const identity = (count: number) =>
  Array.from({ length: count }, (_, i) => Float64Array.from({ length: count }, (_column, j) => Number(i === j)));
const ones = (count: number) => Array.from({ length: count }, () => new Float64Array(count).fill(1));

describe('smallestPvalue', () => {
  test('independent scores follow 1 − (1 − p)^K within 3 %', () => {
    for (const count of [2, 5, 12]) {
      const chance = smallestPvalue(identity(count));
      for (const p of [1e-6, 0.001, 0.05]) expect(chance(p) / (1 - (1 - p) ** count)).toBeCloseTo(1, 1);
    }
  });

  test('copies of one score cost nothing, at any p', () => {
    const chance = smallestPvalue(ones(6));
    for (const p of [1e-12, 0.01, 0.6, 1]) expect(chance(p) / p).toBeCloseTo(1, 12);
  });

  test('agrees with normal draws for a correlated family', () => {
    const rho = 0.8;
    const matrix = [Float64Array.of(1, rho, 0), Float64Array.of(rho, 1, 0), Float64Array.of(0, 0, 1)];
    const random = createGenerator(7);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random.random())) * Math.cos(2 * Math.PI * random.random());
    let hits = 0;
    const runs = 200_000;
    for (let i = 0; i < runs; i++) {
      const [a, b, c] = [normal(), normal(), normal()];
      const z = [a, rho * a + Math.sqrt(1 - rho * rho) * b, c];
      if (z.some((value) => Math.abs(value) >= 1.959963984540054)) hits++;
    }
    expect(smallestPvalue(matrix)(0.05)).toBeCloseTo(hits / runs, 2);
  });
});

test('familyLevel lies between Bonferroni’s and α, and copies leave it at α', () => {
  expect(familyLevel(identity(5))).toBeGreaterThan(0.0099);
  expect(familyLevel(identity(5))).toBeLessThan(0.0107);
  expect(familyLevel(ones(5))).toBeCloseTo(0.05, 10);
  expect(familyLevel(identity(1), 0.1)).toBe(0.1);
});

test('stepDown rises with p, is at least p, and refuses a correlation of another size', () => {
  const pvalues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(pvalues, (p) => {
      const adjusted = stepDown(p, identity(p.length));
      for (const [i, value] of adjusted.entries()) {
        expect(value).toBeGreaterThanOrEqual(p[i]!);
        for (const [j, other] of adjusted.entries()) if (p[i]! < p[j]!) expect(value).toBeLessThanOrEqual(other);
      }
    }),
  );
  expect(() => stepDown([0.1], identity(2))).toThrow(expect.objectContaining({ code: 'METRIC_LENGTH_MISMATCH' }));
});

test('correlationMatrix: copies 1, opposites −1, constants 0, a missing value counts as the mean', () => {
  const x = [0.1, 0.5, 0.9, 0.2];
  const matrix = correlationMatrix([
    x,
    x.map((v) => 2 * v),
    x.map((v) => -v),
    [3, 3, 3, 3],
    [0.1, Number.NaN, 0.9, 0.2],
  ]);
  expect([...matrix[0]!.subarray(0, 4)]).toEqual([1, expect.closeTo(1, 14), expect.closeTo(-1, 14), 0]);
  expect(matrix[3]![3]).toBe(1);
  expect(matrix[0]![4]).toBeGreaterThan(0.9);
  const order = [2, 0, 3, 1];
  const shuffled = correlationMatrix([x, x.map((v) => v * v)].map((column) => order.map((i) => column[i]!)));
  expect(shuffled).toEqual(correlationMatrix([x, x.map((v) => v * v)]));
});

describe('compareFamily', () => {
  const family = fc.integer({ min: 1, max: 5 }).chain((count) =>
    fc.tuple(
      fc.array(fc.array(fc.constantFrom(-1, 0, 0, 0.3, 1, 1), { minLength: count, maxLength: count }), {
        minLength: 3,
        maxLength: 60,
      }),
      fc.boolean(),
      fc.constantFrom(0.05, 0.01),
    ),
  );

  test('an adjusted verdict and the adjusted interval never contradict one another', () => {
    fc.assert(
      fc.property(family, ([rows, knowsCorrelation, alpha]) => {
        const columns = rows[0]!.map((_, j) => rows.map((row) => row[j]!));
        const differences = columns.map((column) => pairedDifference(column, { most: 1 })!);
        const correlation = knowsCorrelation ? correlationMatrix(columns) : null;
        for (const [at, member] of compareFamily(differences, { alpha, correlation }).entries()) {
          const [low, high] = member.interval;
          const excluded = low > 0 || high < 0 || (member.open && (low === 0 || high === 0));
          expect(member.rejected).toBe(excluded);
          expect(member.rejected).toBe(member.adjustedPvalue <= alpha);
          expect(member.adjustedPvalue).toBeGreaterThanOrEqual(member.pvalue);
          if (member.rejected) expect(differences[at]!.side()).toBe(low >= 0 ? 1 : -1);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('five copies of a score cost it no power', () => {
    const column = Array.from({ length: 40 }, (_, i) => (i < 12 ? 1 : i < 14 ? -1 : 0));
    const one = pairedDifference(column, { most: 1 })!;
    const columns = new Array<number[]>(5).fill(column);
    const members = compareFamily(new Array(5).fill(one), { correlation: correlationMatrix(columns) });
    for (const member of members) {
      expect(member.adjustedPvalue).toBeCloseTo(one.pvalue(), 12);
      expect(member.interval[0]).toBeCloseTo(one.interval()[0], 9);
    }
    const holm = compareFamily(new Array(5).fill(one), { correlation: null });
    expect(holm[0]!.adjustedPvalue).toBeCloseTo(5 * one.pvalue(), 12);
  });
});

test('seven scores with rare losses of their own, none of them seen, are excluded in at most 5 % together', () => {
  // Each wins what a loss of everything in one of n/4.6 samples would take: the mean is 0.
  const [n, share] = [200, 4.6 / 200];
  const unseen = (1 - share) ** n;
  const level = singleLevel(identity(7), 7);
  const won = (ends?: number) =>
    pairedDifference(new Array(n).fill(share / (1 - share)), { most: 1, ...(ends === undefined ? {} : { ends }) })!;
  expect(won().pvalue()).toBeLessThan(level);
  expect(1 - (1 - unseen) ** 7).toBeGreaterThan(0.06);
  expect(won(endsAt(level)).pvalue()).toBeGreaterThan(level);
  expect(singleLevel(null, 7)).toBeCloseTo(0.05 / 7, 15);
});
