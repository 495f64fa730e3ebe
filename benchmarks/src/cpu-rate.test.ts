import { expect, test } from 'vitest';
import { rateOf } from './cpu-rate.ts';

test('the median is the middle sample or the mean of the two middle ones, the spread largest over smallest', () => {
  expect(rateOf([3, 1, 2], 9)).toEqual({ samples: [3, 1, 2], median: 2, spread: 3, pairs: 9 });
  expect(rateOf([4, 1, 2, 3], 9)?.median).toBe(2.5);
});

test('no samples have no rate', () => {
  expect(rateOf([], 0)).toBeNull();
});
