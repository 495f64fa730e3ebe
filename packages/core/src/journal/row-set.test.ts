import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RowSet } from './row-set.ts';

test('holds the rows that a set of numbers holds, ascending', () => {
  const row = fc.oneof(fc.nat(200), fc.integer({ min: 65_500, max: 65_600 }), fc.nat(2 ** 40));
  fc.assert(
    fc.property(fc.array(row), fc.array(row), (rows, others) => {
      const [found, expected] = [new RowSet(), new Set(rows)];
      for (const each of rows) found.add(each);
      expect(found.size).toBe(expected.size);
      expect([...found]).toEqual([...expected].sort((a, b) => a - b));
      for (const each of others) expect(found.has(each)).toBe(expected.has(each));
    }),
  );
});

test('takes more rows than a Set holds', () => {
  const rows = new RowSet();
  for (let row = 0; row < 2 ** 24 + 10; row += 1) rows.add(row);
  expect(rows.size).toBe(2 ** 24 + 10);
  expect(rows.has(2 ** 24 + 9)).toBe(true);
  expect(rows.has(2 ** 24 + 10)).toBe(false);
});
