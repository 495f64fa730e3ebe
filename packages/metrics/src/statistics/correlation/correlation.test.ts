import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kendall } from './kendall.ts';
import { pearson } from './pearson.ts';
import { spearman } from './spearman.ts';

/** The slow twin: every pair. */
function slowKendall(x: readonly number[], y: readonly number[]): number {
  let surplus = 0;
  let untiedX = 0;
  let untiedY = 0;
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      surplus += Math.sign(x[i]! - x[j]!) * Math.sign(y[i]! - y[j]!);
      if (x[i] !== x[j]) untiedX++;
      if (y[i] !== y[j]) untiedY++;
    }
  }
  return surplus / Math.sqrt(untiedX) / Math.sqrt(untiedY);
}

const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 })), {
  minLength: 2,
  maxLength: 40,
});

describe('kendall', () => {
  test('equals its twin', () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const x = rows.map(([a]) => a);
        const y = rows.map(([, b]) => b);
        const fast = kendall(x, y).coefficient;
        const slow = slowKendall(x, y);
        if (Number.isNaN(slow)) expect(fast).toBeNaN();
        else expect(fast).toBeCloseTo(slow, 12);
      }),
    );
  });

  test('has the p-values of scipy.stats.kendalltau', () => {
    const x = [2.0409, -2.5557, 0.4181, -0.5678, -0.4526, -0.2156, -2.02, -0.2319];
    const y = [-0.2529, 2.5563, 0.3512, -0.523, -0.4171, -0.7327, -1.6611, -0.4604];
    expect(kendall(x, y).pvalue).toBeCloseTo(0.7195436507936508, 12);
    const tiedX = [0.2, -0.3, -1.6, 0.8, -1.8, 0.7, 0, 1.1, -0.1, -0.8, 0.4, -0.6];
    const tiedY = [-0.1, 0, -0.6, 0, -1.4, 0, -2.1, 0.2, -1.2, 0.9, 1.4, -2.1];
    expect(kendall(tiedX, tiedY).pvalue).toBeCloseTo(0.12715299260001428, 12);
    const rising = Array.from({ length: 40 }, (_, i) => i);
    const mixed = rising.map((i) => (i * 17) % 40);
    expect(kendall(rising, mixed).pvalue).toBeCloseTo(0.6748966096484204, 12);
    const almost = [1, 0, ...rising.slice(2)];
    expect(kendall(rising, almost).pvalue / 9.804939513027087e-47).toBeCloseTo(1, 10);
  });
});

describe.each([
  ['pearson', pearson],
  ['spearman', spearman],
  ['kendall', kendall],
] as const)('%s', (_, correlate) => {
  test('stays in [−1, 1], is symmetric and turns its sign with one side', () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const x = rows.map(([a]) => a);
        const y = rows.map(([, b]) => b);
        const { coefficient } = correlate(x, y);
        if (Number.isNaN(coefficient)) return;
        expect(Math.abs(coefficient)).toBeLessThanOrEqual(1);
        expect(correlate(y, x).coefficient).toBeCloseTo(coefficient, 12);
        expect(
          correlate(
            x,
            y.map((b) => -b),
          ).coefficient,
        ).toBeCloseTo(-coefficient, 12);
      }),
    );
  });

  test('is undefined for a constant side, for one pair and for none', () => {
    expect(correlate([1, 1, 1], [1, 2, 3])).toEqual({ coefficient: Number.NaN, pvalue: Number.NaN });
    expect(correlate([1, 2, 3], [1, 1, 1])).toEqual({ coefficient: Number.NaN, pvalue: Number.NaN });
    expect(correlate([1], [2]).coefficient).toBeNaN();
    expect(correlate([], []).coefficient).toBeNaN();
    expect(() => correlate([1], [])).toThrow(RangeError);
  });
});
