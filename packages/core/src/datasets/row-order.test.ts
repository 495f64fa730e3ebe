import { expect, test } from 'vitest';
import { orderRows, rowComparer } from './row-order.ts';
import { sampleRows } from './row-selection.ts';

const first = (n: number) => Array.from({ length: n }, (_, row) => row);

test('every row comes once, by the comparer of the same seed, and the same way again', () => {
  const { rows, sha256 } = orderRows(first(5000), 3);
  expect(rows.toSorted((a, b) => a - b)).toEqual(first(5000));
  expect(first(5000).sort(rowComparer(3))).toEqual(rows);
  expect(orderRows(first(5000).reverse(), 3)).toEqual({ seed: 3, rows, sha256 });
  expect(orderRows(first(5000), 4).sha256).not.toBe(sha256);
});

test('a part of the rows keeps its order among itself', () => {
  const { rows } = orderRows(first(1000), 9);
  const even = rows.filter((row) => row % 2 === 0);
  expect(
    orderRows(
      first(1000).filter((row) => row % 2 === 0),
      9,
    ).rows,
  ).toEqual(even);
});

test('over many seeds each order of five rows is as frequent as any other', () => {
  const counts = new Map<string, number>();
  const seeds = 12_000;
  for (let seed = 0; seed < seeds; seed++) {
    const order = orderRows([2, 3, 5, 1000, 1001], seed).rows.join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  const expected = seeds / 120;
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  expect(counts.size).toBe(120);
  // 119 degrees of freedom: above 172 by chance once in a thousand.
  expect(chiSquare).toBeLessThan(172);
});

test('being drawn into the sample says nothing about the place in the order', () => {
  const drawn = sampleRows(20_000, 10_000, 5);
  const isDrawn = new Set(drawn);
  const { rows } = orderRows(first(20_000), 5);
  const early = rows.slice(0, 10_000).filter((row) => isDrawn.has(row)).length;
  // Half of 10,000, give or take four standard deviations of the hypergeometric.
  expect(Math.abs(early - 5000)).toBeLessThan(4 * 35.4);
});
