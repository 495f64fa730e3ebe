import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rocAuc } from '../../classification/ranking.ts';
import { aucDifference, type RankedPair } from './auc-difference.ts';

const score = fc.integer({ min: 0, max: 8 }).map((step) => step / 8);
const pair = fc.record({ isPositive: fc.boolean(), baseline: score, candidate: score });
const bothClasses = fc
  .array(pair, { minLength: 2, maxLength: 60 })
  .filter((pairs) => new Set(pairs.map(({ isPositive }) => isPositive)).size === 2);

describe('aucDifference', () => {
  test('is the difference of the areas, and verdict and interval are one inversion at every border', () => {
    fc.assert(
      fc.property(
        bothClasses,
        fc.constantFrom(0.05, 0.01),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (pairs, alpha, border) => {
          const found = aucDifference(pairs)!;
          const labels = pairs.map(({ isPositive }) => isPositive);
          const area = (side: 'baseline' | 'candidate') =>
            rocAuc(
              labels,
              pairs.map((each) => each[side]),
            )!;
          expect(found.difference).toBeCloseTo(area('candidate') - area('baseline'), 12);
          const [low, high] = found.interval(1 - alpha);
          expect(high).toBeGreaterThan(low);
          if (Math.min(Math.abs(border - low), Math.abs(border - high)) < 1e-9) return;
          expect(found.pvalue(border) <= alpha).toBe(border < low || border > high);
        },
      ),
    );
  });

  test('turns its sign with the sides, and no order of the samples changes it', () => {
    fc.assert(
      fc.property(bothClasses, (pairs) => {
        const found = aucDifference(pairs)!;
        const turned = aucDifference(
          pairs.map(
            ({ isPositive, baseline, candidate }): RankedPair => ({
              isPositive,
              baseline: candidate,
              candidate: baseline,
            }),
          ),
        )!;
        expect(turned.difference).toBeCloseTo(-found.difference, 12);
        expect(turned.pvalue()).toBeCloseTo(found.pvalue(), 9);
        const reversed = aucDifference([...pairs].reverse())!;
        expect([reversed.pvalue(), ...reversed.interval()]).toEqual([found.pvalue(), ...found.interval()]);
      }),
    );
  });

  test('says nothing without both classes, and cannot tell two samples apart', () => {
    expect(aucDifference([{ isPositive: true, baseline: 0.1, candidate: 0.9 }])).toBeNull();
    const two = [
      { isPositive: true, baseline: 0.1, candidate: 0.9 },
      { isPositive: false, baseline: 0.9, candidate: 0.1 },
    ];
    const found = aucDifference(two)!;
    expect(found.difference).toBe(1);
    expect(found.pvalue()).toBeGreaterThan(0.05);
  });

  test('finds a model that ranks better', () => {
    const pairs = Array.from({ length: 120 }, (_, i) => {
      const isPositive = i % 3 === 0;
      return { isPositive, baseline: (i * 37) % 120, candidate: ((i * 37) % 120) + (isPositive ? 60 : 0) };
    });
    expect(aucDifference(pairs)!.pvalue()).toBeLessThan(0.001);
  });
});
