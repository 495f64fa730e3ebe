import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleRows } from './row-selection.ts';

test('draws distinct rows in ascending order, all of them when n is not below the count', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(300), fc.integer(), (count, n, seed) => {
      const rows = sampleRows(count, n, seed);
      expect(rows).toHaveLength(Math.min(count, n));
      expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
      expect(rows.every((row) => row >= 0 && row < count)).toBe(true);
    }),
  );
});

test('a larger draw holds the smaller one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(100), fc.nat(100), fc.integer(), (count, a, b, seed) => {
      const larger = new Set(sampleRows(count, Math.max(a, b), seed));
      expect(sampleRows(count, Math.min(a, b), seed).every((row) => larger.has(row))).toBe(true);
    }),
  );
});

test('every row is drawn about equally often over seeds', () => {
  const draws = 4000;
  const counts = new Array<number>(20).fill(0);
  for (let seed = 0; seed < draws; seed++) for (const row of sampleRows(20, 5, seed)) counts[row]! += 1;
  const expected = draws / 4;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  expect(chiSquare).toBeLessThan(40); // 19 degrees of freedom: beyond this once in 300 runs, and the seeds are fixed
});
