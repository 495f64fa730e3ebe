import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromRuns, toRuns } from './index-runs.ts';

test('runs give back the numbers that went in, ascending', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(60)), (indices) => {
      expect([...fromRuns(toRuns(indices))]).toEqual(indices.toSorted((a, b) => a - b));
    }),
  );
});

test('neighbours share a run', () => {
  expect(toRuns([0, 1, 2, 7, 9, 8])).toEqual([0, 3, 7, 3]);
  expect(toRuns([])).toEqual([]);
});

test('a run begins and ends where its numbers do', () => {
  expect(toRuns([5])).toEqual([5, 1]);
  expect(toRuns([3, 5])).toEqual([3, 1, 5, 1]);
  expect([...fromRuns([3, 2, 9, 1])]).toEqual([3, 4, 9]);
  expect([...fromRuns([])]).toEqual([]);
});
