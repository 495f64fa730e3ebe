import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ROW_HEIGHT, rowWindow, scrollToRow } from '../../app/list/row-window.ts';

test('a short list is as high as its rows and draws those in sight and a few more', () => {
  const { height, from, to, offset } = rowWindow(1000, 100 * ROW_HEIGHT, 10 * ROW_HEIGHT);
  expect(height).toBe(1000 * ROW_HEIGHT);
  expect([from, to]).toEqual([96, 114]);
  expect(offset).toBe(96 * ROW_HEIGHT);
});

test('every row can be reached, in lists of any length', () => {
  const viewport = 600;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (count, share) => {
      const row = Math.min(count - 1, Math.floor(share * count));
      const scrollTop = scrollToRow(row, count, 0, viewport);
      const { height, from, to, offset } = rowWindow(count, scrollTop, viewport);
      expect(height).toBeLessThan(17_000_000);
      expect(scrollTop).toBeLessThanOrEqual(Math.max(0, height - viewport) + 0.01);
      expect(from <= row && row < to).toBe(true);
      const top = offset + (row - from) * ROW_HEIGHT;
      expect(top).toBeGreaterThan(scrollTop - 1);
      expect(top + ROW_HEIGHT).toBeLessThan(scrollTop + viewport + 1);
    }),
  );
});

test('a row in sight does not move the list', () => {
  expect(scrollToRow(12, 1000, 10 * ROW_HEIGHT, 600)).toBe(10 * ROW_HEIGHT);
});
