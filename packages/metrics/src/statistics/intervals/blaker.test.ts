import { describe, expect, test } from 'vitest';
import { binomialDensity } from '../special/density.ts';
import { blakerInterval } from './blaker.ts';
import { clopperPearsonInterval } from './clopper-pearson.ts';
import type { Interval } from './interval.ts';

function coverage(intervals: readonly Interval[], n: number, p: number): number {
  return intervals.reduce((sum, [low, high], x) => {
    return sum + (low <= p && p <= high ? binomialDensity(x, n - x, p, 1 - p) : 0);
  }, 0);
}

describe('blakerInterval', () => {
  test('covers at least its confidence for every share, up to the tolerance of a grid', () => {
    for (const n of [2, 5, 10, 23, 61]) {
      const intervals = Array.from({ length: n + 1 }, (_, x) => blakerInterval(x, n));
      // ½ is where intervals of an odd n end exactly.
      for (const p of [0.5, 0.25]) expect(coverage(intervals, n, p)).toBeGreaterThanOrEqual(0.95 - 1e-9);
      for (let p = 0.001; p < 1; p += 0.0013) {
        expect(coverage(intervals, n, p)).toBeGreaterThanOrEqual(0.95 - 1e-9);
      }
    }
  });

  test('lies within Clopper and Pearson’s, rises with successes and mirrors', () => {
    for (const n of [1, 3, 12, 40, 1000]) {
      let before = -1;
      for (let x = 0; x <= n; x += Math.ceil(n / 40)) {
        const [low, high] = blakerInterval(x, n, 0.9);
        const [wideLow, wideHigh] = clopperPearsonInterval(x, n, 0.9);
        expect(low).toBeGreaterThanOrEqual(wideLow - 1e-12);
        expect(high).toBeLessThanOrEqual(wideHigh + 1e-12);
        expect(low).toBeGreaterThan(before - 1e-12);
        expect(blakerInterval(n - x, n, 0.9)[0]).toBeCloseTo(1 - high, 12);
        before = low;
      }
    }
  });

  test('a gate at 0.99 needs 356 perfect samples', () => {
    expect(blakerInterval(355, 355)[0]).toBeLessThan(0.99);
    expect(blakerInterval(370, 370)[0]).toBeGreaterThanOrEqual(0.99);
  });
});
