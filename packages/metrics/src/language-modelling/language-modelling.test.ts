import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bitsPerByte,
  lengthNormalizedLogProbability,
  mergeLogProbabilityTotals,
  perplexity,
  sumLogProbabilities,
} from './log-probability.ts';
import { passAtK } from './pass-at-k.ts';

describe('log-probabilities', () => {
  test('a model that guesses among eight tokens has a perplexity of 8', () => {
    const sum = sumLogProbabilities(new Array(5).fill(-Math.log(8)));
    expect(perplexity({ sum, tokens: 5 })).toBeCloseTo(8, 12);
    // Three bits a token, two bytes a token.
    expect(bitsPerByte({ sum, bytes: 10 })).toBeCloseTo(1.5, 12);
    expect(lengthNormalizedLogProbability(sum, 5)).toBeCloseTo(-Math.log(8), 12);
  });

  test('totals of parts add up to those of the whole', () => {
    const total = (values: readonly number[]) => ({
      sum: sumLogProbabilities(values),
      tokens: values.length,
      bytes: 3 * values.length,
    });
    expect(mergeLogProbabilityTotals(total([-1, -2]), total([-4]))).toEqual(total([-1, -2, -4]));
  });

  test('nothing has no perplexity, an impossible token an infinite one', () => {
    expect([perplexity({ sum: 0, tokens: 0 }), bitsPerByte({ sum: 0, bytes: 0 })]).toEqual([null, null]);
    expect(lengthNormalizedLogProbability(0, 0)).toBeNull();
    expect(perplexity({ sum: Number.NEGATIVE_INFINITY, tokens: 3 })).toBe(Number.POSITIVE_INFINITY);
    expect(bitsPerByte({ sum: 0, bytes: 4 })).toBe(0);
  });
});

describe('passAtK', () => {
  const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);

  test('is one minus the share of draws in which all fail', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(20), fc.integer({ min: 1, max: 20 }), (n, c, k) => {
        fc.pre(c <= n && k <= n);
        const allFail = n - c < k ? 0 : choose(n - c, k) / choose(n, k);
        expect(passAtK(n, c, k)).toBeCloseTo(1 - allFail, 12);
      }),
    );
  });

  test('with one try is the pass rate, and grows with k', () => {
    expect(passAtK(10, 3, 1)).toBeCloseTo(0.3, 12);
    expect(passAtK(10, 3, 5)).toBeGreaterThan(passAtK(10, 3, 4));
    expect([passAtK(10, 0, 10), passAtK(10, 1, 10)]).toEqual([0, 1]);
  });

  test('refuses more draws than tries', () => {
    for (const [n, c, k] of [
      [3, 1, 4],
      [3, 4, 1],
      [3, 1, 0],
    ] as const)
      expect(() => passAtK(n, c, k)).toThrow(RangeError);
  });
});
