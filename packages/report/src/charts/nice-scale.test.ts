import fc from 'fast-check';
import { expect, test } from 'vitest';
import { niceScale } from './nice-scale.ts';

test('one figure is shown on its whole declared range', () => {
  expect(niceScale([0.33, 0.34, 0.35], [0, 1], false)).toEqual({ min: 0, max: 1, step: 0.2 });
});

test('figures that fill the range keep it; those that crowd in a part of it get that part', () => {
  expect(niceScale([0.1, 0.8], [0, 1], true)).toEqual({ min: 0, max: 1, step: 0.2 });
  const crowded = niceScale([0.41, 0.47], [0, 1], true);
  expect(crowded.max - crowded.min).toBeLessThan(0.25);
});

test('the scale holds every value, stays in the range and has few ticks', () => {
  const value = fc.double({ min: -1000, max: 1000, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1 }), (values) => {
      const { min, max, step } = niceScale(values, [-Infinity, Infinity], true);
      expect(min).toBeLessThanOrEqual(Math.min(...values));
      expect(max).toBeGreaterThanOrEqual(Math.max(...values));
      expect((max - min) / step).toBeLessThan(20);
      expect(step).toBeGreaterThan(0);
    }),
  );
});
