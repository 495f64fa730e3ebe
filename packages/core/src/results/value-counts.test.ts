import { expect, test } from 'vitest';
import { ValueCounts } from './value-counts.ts';

test('values are counted to four significant digits, by rising value', () => {
  const counts = new ValueCounts();
  for (const value of [10, 9, 123.449, 123.351, -2, 9]) counts.add(value);
  expect(counts.toJSON()).toEqual([
    [-2, 1],
    [9, 2],
    [10, 1],
    [123.4, 2],
  ]);
});

test('counts of parts add up', () => {
  const counts = new ValueCounts();
  counts.add(3);
  counts.merge([
    [3, 2],
    [1, 4],
  ]);
  counts.merge([]);
  expect(counts.toJSON()).toEqual([
    [1, 4],
    [3, 3],
  ]);
});
