import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowsInRange } from './rows-in-range.ts';

test('the rows of a range are those that a look at every row finds', () => {
  const rows = fc.uniqueArray(fc.integer({ min: 0, max: 60 }));
  const bound = fc.integer({ min: 0, max: 60 });
  fc.assert(
    fc.property(rows, bound, bound, (drawn, firstIndex, count) => {
      const ascending = drawn.toSorted((a, b) => a - b);
      const found = rowsInRange(ascending, { firstIndex, rows: count });
      const expected = ascending.filter((row) => row >= firstIndex && row < firstIndex + count);
      expect(found ?? Array.from({ length: count }, (_, at) => firstIndex + at)).toEqual(expected);
    }),
  );
});

test('a range inside a limit needs no list, nor does any range of a run of all rows', () => {
  const limit = Array.from({ length: 100 }, (_, row) => row + 50);
  expect(rowsInRange(limit, { firstIndex: 60, rows: 30 })).toBeUndefined();
  expect(rowsInRange(limit, { firstIndex: 140, rows: 30 })).toEqual(limit.slice(90));
  expect(rowsInRange(limit, { firstIndex: 200, rows: 30 })).toEqual([]);
  expect(rowsInRange(undefined, { firstIndex: 0, rows: 30 })).toBeUndefined();
});
