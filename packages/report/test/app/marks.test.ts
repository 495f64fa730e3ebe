import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeOf, ticksOf } from '../../app/marks/place.ts';

test('right is better: a turned axis puts the least value on the right', () => {
  const scale = { min: 0, max: 1, step: 0.2 };
  expect(placeOf({ scale, isTurned: false }, 0)).toBe(4);
  expect(placeOf({ scale, isTurned: true }, 0)).toBe(96);
  expect(placeOf({ scale, isTurned: false }, 7)).toBe(96);
});

test('ticks are round, few, and reach both ends where they can', () => {
  expect(ticksOf({ min: 0, max: 1, step: 0.2 }, 3)).toEqual([0, 0.5, 1]);
  expect(ticksOf({ min: -0.1, max: 0.5, step: 0.1 }, 5)).toEqual([0, 0.2, 0.4]);
  const end = fc.double({ min: -1000, max: 1000, noNaN: true });
  fc.assert(
    fc.property(
      end,
      fc.double({ min: 0.01, max: 1e6, noNaN: true }),
      fc.integer({ min: 2, max: 8 }),
      (min, width, most) => {
        const ticks = ticksOf({ min, max: min + width, step: 1 }, most);
        expect(ticks.length).toBeLessThanOrEqual(most);
        for (const tick of ticks) expect(tick).toBeGreaterThanOrEqual(min - width * 1e-6);
        for (const tick of ticks) expect(tick).toBeLessThanOrEqual(min + width * (1 + 1e-6));
      },
    ),
  );
});
