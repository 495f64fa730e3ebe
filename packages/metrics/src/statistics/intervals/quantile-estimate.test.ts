import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGenerator } from '../../random/create-generator.ts';
import { median } from '../moments/quantile.ts';
import { quantileEstimate } from './quantile-estimate.ts';

const counted = (values: readonly number[]) => values.map((value) => [value, 1] as const);

test('is the median, inside its interval, whatever the order and however values are counted', () => {
  const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), { minLength: 6 });
  fc.assert(
    fc.property(values, (scores) => {
      const found = quantileEstimate(counted(scores))!;
      expect(found.value).toBeCloseTo(median(scores)!, 3);
      const [low, high] = found.interval()!;
      expect(low).toBeLessThanOrEqual(found.value);
      expect(high).toBeGreaterThanOrEqual(found.value);
      const twice = quantileEstimate(scores.toReversed().map((value) => [value, 2] as const))!;
      expect(twice.interval()).toEqual(quantileEstimate(counted([...scores, ...scores]))!.interval());
    }),
  );
});

test('0 is the same score with either sign, in any order', () => {
  for (const scores of [
    [-1, -1, -1, -1, -0, 0, -1],
    [-1, -1, -1, -1, 0, -0, -1],
  ])
    expect(quantileEstimate(counted(scores))!.interval()).toEqual([-1, 0]);
});

test('ranks of the tables: none for 5, 1 to 6 of 6, 2 to 9 of 10, 10 to 21 of 30', () => {
  const upTo = (n: number) => quantileEstimate(counted(Array.from({ length: n }, (_, i) => i + 1)))!.interval();
  expect(quantileEstimate([])).toBeNull();
  expect(upTo(5)).toBeNull();
  expect([upTo(6), upTo(10), upTo(30)]).toEqual([
    [1, 6],
    [2, 9],
    [10, 21],
  ]);
});

test('covers 95 % of heavy-tailed samples', () => {
  const random = createGenerator(11);
  let covered = 0;
  for (let run = 0; run < 2000; run++) {
    // Pareto with a mean that is infinite: its median is 2.
    const scores = Array.from({ length: 25 }, () => 1 / (1 - random.random()));
    const [low, high] = quantileEstimate(counted(scores))!.interval()!;
    if (low <= 2 && high >= 2) covered++;
  }
  expect(covered / 2000).toBeGreaterThan(0.945);
});

test('the 95th percentile needs 72 scores, and covers', () => {
  const upTo = (n: number) => quantileEstimate(counted(Array.from({ length: n }, (_, i) => i + 1)), 0.95)!;
  expect(upTo(71).interval()).toBeNull();
  expect(upTo(72).interval()![1]).toBe(72);
  expect(upTo(101).value).toBe(96);
  const random = createGenerator(12);
  let covered = 0;
  for (let run = 0; run < 2000; run++) {
    const [low, high] = quantileEstimate(
      counted(Array.from({ length: 150 }, () => random.random())),
      0.95,
    )!.interval()!;
    if (low <= 0.95 && high >= 0.95) covered++;
  }
  expect(covered / 2000).toBeGreaterThan(0.945);
});
