import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mean, neumaierSum, variance, welford } from './array-moments.ts';
import { Moments } from './moments.ts';
import { median, quantile } from './quantile.ts';

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 50 });

test('Welford, two passes and exact sums agree', () => {
  fc.assert(
    fc.property(values, (xs) => {
      const exact = Moments.of(xs);
      const onePass = welford(xs);
      const scale = Math.max(1, ...xs.map(Math.abs));
      expect(Math.abs(mean(xs)! - exact.mean()!)).toBeLessThanOrEqual(1e-15 * scale);
      expect(Math.abs(onePass.mean - exact.mean()!)).toBeLessThanOrEqual(1e-14 * scale);
      expect(Math.abs(variance(xs)! - exact.variance()!)).toBeLessThanOrEqual(
        1e-13 * exact.variance()! + 1e-30 * scale ** 2,
      );
      expect(Math.abs(onePass.m2 / (xs.length - 1) - exact.variance()!)).toBeLessThanOrEqual(1e-12 * scale ** 2);
    }),
  );
});

test('Neumaier keeps what plain addition loses', () => {
  expect(neumaierSum([1, 1e100, 1, -1e100])).toBe(2);
  expect(neumaierSum([])).toBe(0);
});

test('too few values have no mean, variance or quantile', () => {
  expect([mean([]), variance([]), variance([1]), median([]), quantile([], 0.5)]).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
  expect(variance([1], 0)).toBe(0);
  expect(welford([])).toEqual({ n: 0, mean: Number.NaN, m2: 0 });
});

test('quantiles interpolate between the sorted values', () => {
  expect([quantile([3, 1, 2], 0), quantile([3, 1, 2], 1), median([4, 1, 3, 2]), quantile([10, 20], 0.25)]).toEqual([
    1, 3, 2.5, 12.5,
  ]);
});
