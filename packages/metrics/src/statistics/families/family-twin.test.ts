import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MeanDifference } from '../pairs/mean-difference.ts';
import { normalQuantile } from '../special/normal.ts';
import { compareFamily } from './compare-family.ts';
import { correlationMatrix, type Matrix } from './correlation-matrix.ts';
import { familyLevel } from './family-level.ts';
import { latticePoint, primeRoots } from './lattice-points.ts';
import { semidefiniteFactor } from './semidefinite-factor.ts';
import { smallestPvalue } from './smallest-pvalue.ts';

/** The slow twin: by the formula, a point and a hypothesis at a time. */
function slowSmallest(correlation: Matrix, p: number): number {
  const count = correlation.length;
  const points = Math.max(128, Math.ceil(4096 / count));
  const roots = primeRoots(count + 1);
  const factor = semidefiniteFactor(correlation);
  const cut = -normalQuantile(p / 2) - 1e-9;
  let total = 0;
  for (let point = 1; point <= points; point++) {
    const normals = Array.from(roots.subarray(0, count), (root) => -normalQuantile(latticePoint(point, root)));
    const draws = factor.map((row) => row.reduce((sum, weight, k) => sum + weight * normals[k]!, 0));
    // Every other point has its rare statistic below.
    const side = point % 2 === 1 ? -1 : 1;
    const rare = side * normalQuantile((latticePoint(point, roots[count]!) * p) / 2);
    for (const [j, own] of draws.entries()) {
      const moved = draws.map((draw, k) => draw + correlation[j]![k]! * (rare - own));
      total += 1 / Math.max(1, moved.filter((z) => Math.abs(z) >= cut).length) / points;
    }
  }
  return Math.min(1, Math.max(p, p * total));
}

const matrices = fc
  .tuple(fc.integer({ min: 3, max: 8 }), fc.constantFrom(2, 3, 5))
  .chain(([length, count]) =>
    fc.array(fc.array(fc.constantFrom(-1, 0, 0.25, 0.5, 1), { minLength: length, maxLength: length }), {
      minLength: count,
      maxLength: count,
    }),
  )
  .map(correlationMatrix);

describe('the chance of the smallest p-value', () => {
  test('is its slow twin', () => {
    fc.assert(
      fc.property(matrices, fc.constantFrom(1e-6, 0.01, 0.3, 0.9), (matrix, p) => {
        expect(smallestPvalue(matrix)(p) / slowSmallest(matrix, p)).toBeCloseTo(1, 9);
      }),
      { numRuns: 6 },
    );
  });

  test('of 33 hypotheses is taken at as few points as are allowed', () => {
    const identity = Array.from({ length: 33 }, (_, i) =>
      Float64Array.from({ length: 33 }, (_x, j) => Number(i === j)),
    );
    expect(smallestPvalue(identity)(0.001) / slowSmallest(identity, 0.001)).toBeCloseTo(1, 9);
  });
});

test('a family’s level is the greatest at which the chance stays at α, to eleven digits', () => {
  fc.assert(
    fc.property(matrices, fc.constantFrom(0.05, 0.2), (matrix, alpha) => {
      const chance = smallestPvalue(matrix);
      const level = familyLevel(matrix, alpha);
      expect(chance(level * (1 - 1e-10))).toBeLessThan(alpha);
      expect(chance(level * (1 + 1e-10))).toBeGreaterThanOrEqual(alpha);
    }),
    { numRuns: 12 },
  );
});

test('a p-value at its level is rejected, and one above it by rounding too', () => {
  const of = (pvalue: number): MeanDifference => ({
    method: 'made up',
    n: 9,
    difference: 0.3,
    interval: () => [0.1, 0.5],
    pvalue: () => pvalue,
    side: () => 1,
  });
  const rejected = (pvalues: readonly number[], level?: number) => {
    const options = { correlation: null, ...(level === undefined ? {} : { level }) };
    return compareFamily(pvalues.map(of), options).map((member) => [member.rejected, member.open]);
  };
  const [no, yes, later] = [
    [false, false],
    [true, false],
    [true, true],
  ];
  // Bonferroni's level of two is 0.025, of the one that is left 0.05.
  for (const over of [0, 5e-13]) {
    expect(rejected([0.025 + over, 0.9])).toEqual([yes, no]);
    expect(rejected([0.05 + over, 0.001])).toEqual([later, yes]);
    expect(rejected([0.03 + over, 0.9], 0.03)).toEqual([yes, no]);
  }
  expect(rejected([0.025 + 3e-12, 0.9])).toEqual([no, no]);
  expect(rejected([0.05 + 3e-12, 0.001])).toEqual([no, yes]);
  expect(rejected([0.03 + 3e-12, 0.9], 0.03)).toEqual([no, no]);
});
