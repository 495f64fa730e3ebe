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
