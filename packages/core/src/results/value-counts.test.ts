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

test('samples with weights and clusters are counted by them, and merge', () => {
  const counts = new ValueCounts();
  counts.add(3, { weight: 2, cluster: 'a' });
  counts.add(1, { weight: 2, cluster: 'a' });
  counts.add(3, { cluster: 'a' });
  counts.add(7);
  expect(counts.toJSON()).toEqual([[7, 1]]);
  const classes = counts.classesJSON();
  expect(classes).toEqual([
    [
      2,
      'a',
      [
        [1, 1],
        [3, 1],
      ],
    ],
    [null, 'a', [[3, 1]]],
  ]);
  const merged = new ValueCounts();
  merged.merge(counts.toJSON());
  merged.mergeClasses(classes);
  merged.mergeClasses([[2, 'a', [[3, 4]]]]);
  expect(merged.classes().find(({ weight }) => weight === 2)).toEqual({
    weight: 2,
    cluster: 'a',
    counted: [
      [1, 1],
      [3, 5],
    ],
  });
});
