import fc from 'fast-check';
import { expect, test } from 'vitest';
import { smallestSample } from './smallest-sample.ts';

test('finds where a rising power reaches the wanted one, wherever it is first looked for', () => {
  const size = fc.integer({ min: 1, max: 5000 });
  fc.assert(
    fc.property(
      size,
      fc.integer({ min: 1, max: 60 }),
      fc.option(fc.double({ min: -10, max: 9000, noNaN: true })),
      (from, start, guess) => {
        let calls = 0;
        const power = (n: number) => {
          expect(Number.isInteger(n)).toBe(true);
          expect(n).toBeGreaterThanOrEqual(start);
          calls += 1;
          return n >= from ? 0.8 : 0.8 - 1e-9;
        };
        expect(smallestSample(power, 0.8, start, guess ?? undefined)).toBe(Math.max(from, start));
        expect(calls).toBeLessThan(45);
      },
    ),
  );
});

test('a good guess costs few looks', () => {
  for (const guess of [1_000_000, 1_000_001, 999_998]) {
    let calls = 0;
    const power = (n: number) => {
      calls += 1;
      return n >= 1_000_000 ? 1 : 0;
    };
    expect(smallestSample(power, 0.5, 2, guess)).toBe(1_000_000);
    expect(calls).toBeLessThan(8);
  }
});

test('a power that is never reached needs no number of samples', () => {
  expect(smallestSample(() => 0.5, 0.8, 2)).toBe(Number.POSITIVE_INFINITY);
  expect(smallestSample(() => 0.5, 0.8, 2, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(smallestSample((n) => Number(n >= 2 ** 40), 1, 2, 2 ** 50)).toBe(2 ** 40);
});
