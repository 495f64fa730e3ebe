import { describe, expect, test } from 'vitest';
import { createGenerator } from '../../random/create-generator.ts';
import { incompleteBeta } from '../special/incomplete-beta.ts';
import { pairedPermutationTest, signFlipTest } from './paired-permutation.ts';
import { signFlipTail } from './sign-flip-tail.ts';
import { signFlipPvalue } from './sign-flips.ts';

/** The slow twin for whole magnitudes: the distribution of the sum, one value at a time. */
function exactTail(magnitudes: readonly number[], sum: number): number {
  const total = magnitudes.reduce((all, each) => all + each, 0);
  let chances = new Float64Array(2 * total + 1);
  chances[total] = 1;
  for (const magnitude of magnitudes) {
    const next = new Float64Array(chances.length);
    for (const [at, chance] of chances.entries()) {
      if (chance === 0) continue;
      next[at + magnitude]! += chance / 2;
      next[at - magnitude]! += chance / 2;
    }
    chances = next;
  }
  return chances.subarray(total + sum).reduce((all, each) => all + each, 0);
}

describe('the tail of a sum with random signs', () => {
  test('of equal magnitudes is near the binomial one and never far below it, down to 1e-9', () => {
    for (const n of [20, 60, 400]) {
      for (let above = Math.ceil(n / 2) + 1; above < n; above++) {
        const exact = incompleteBeta(above, n - above + 1, 0.5, 0.5);
        if (exact < 1e-9) break;
        const found = signFlipTail(new Float64Array(n).fill(0.3), 0.3 * (2 * above - n));
        expect(found / exact).toBeGreaterThan(0.97);
        expect(found / exact).toBeLessThan(1.5);
      }
    }
  });

  test('of unequal magnitudes is near the exact one and never far below it', () => {
    const random = createGenerator(4);
    for (const n of [20, 40, 80]) {
      const magnitudes = Array.from({ length: n }, () => 5 + random.integers(40));
      const total = magnitudes.reduce((sum, each) => sum + each, 0);
      for (const share of [0.1, 0.3, 0.5, 0.7, 0.9]) {
        const sum = Math.floor(share * total);
        const ratio = signFlipTail(Float64Array.from(magnitudes), sum) / exactTail(magnitudes, sum);
        expect(ratio).toBeGreaterThan(0.97);
        expect(ratio).toBeLessThan(3);
      }
    }
  });

  test('stands next to its end, among magnitudes that differ by nine orders', () => {
    const magnitudes = Float64Array.from({ length: 40 }, (_, at) => (at < 20 ? 1 : 1e-9));
    // All large ones agree, and one small one of twenty does not.
    const found = signFlipTail(magnitudes, 20 + 18e-9);
    const exact = 21 / 2 ** 40;
    expect(found / exact).toBeGreaterThan(0.9);
    expect(found / exact).toBeLessThan(3);
  });

  test('ends where all signs agree', () => {
    const magnitudes = Float64Array.of(1, 2, 3, 4);
    expect(signFlipTail(magnitudes, 10)).toBe(1 / 16);
    expect(signFlipTail(magnitudes, 11)).toBe(0);
    expect(signFlipTail(magnitudes, 0)).toBe(0.5);
  });
});

describe('the sign-flip test', () => {
  const random = createGenerator(5);

  test('sees p-values far below one in as many as it resamples', () => {
    const values = Float64Array.from({ length: 22 }, () => 0.2 + random.random());
    values[3] = -0.1;
    const { pvalue, method } = signFlipTest(values, { seed: 1 });
    expect(method).toBe('saddlepoint');
    const exact = signFlipPvalue(values, 0, 'two-sided');
    expect(exact).toBeLessThan(1e-6);
    expect(pvalue / exact).toBeGreaterThan(0.97);
    expect(pvalue / exact).toBeLessThan(3);
  });

  test('of many values is approximated, and of fewer resampled, to the same p-value', () => {
    const values = Float64Array.from({ length: 499 }, () => random.random() - 0.48);
    const fewer = signFlipTest(values, { seed: 1, resamples: 20_000 });
    expect(fewer.method).toBe('resampled');
    const sum = values.reduce((all, value) => all + value, 0);
    expect(2 * signFlipTail(values.map(Math.abs), Math.abs(sum))).toBeCloseTo(fewer.pvalue, 2);
    expect(signFlipTest(Float64Array.of(...values, 0.1, -0.1), { seed: 1 }).method).toBe('saddlepoint');
  });

  test('is a binomial test where all magnitudes are equal, whichever side is suspected', () => {
    const values = Float64Array.from({ length: 50 }, (_, at) => (at < 34 ? 2 : -2));
    const tail = incompleteBeta(34, 17, 0.5, 0.5);
    expect(signFlipTest(values, { seed: 1 })).toMatchObject({ pvalue: 2 * tail, method: 'exact' });
    expect(signFlipTest(values, { seed: 1, alternative: 'greater' }).pvalue).toBe(tail);
    expect(signFlipTest(values, { seed: 1, alternative: 'less' }).pvalue).toBeGreaterThan(0.99);
  });

  test('one-sided p-values of the approximation turn with the sides', () => {
    const x = Array.from({ length: 900 }, () => random.random());
    const y = x.map((value) => value + random.random() - 0.5);
    const less = pairedPermutationTest(x, y, { seed: 1, alternative: 'less' }).pvalue;
    const greater = pairedPermutationTest(x, y, { seed: 1, alternative: 'greater' }).pvalue;
    expect(pairedPermutationTest(y, x, { seed: 1, alternative: 'greater' }).pvalue).toBeCloseTo(less, 12);
    expect(less + greater).toBeCloseTo(1, 6);
  });

  test('one difference that outweighs the others is resampled, however many there are', () => {
    const values = Float64Array.from({ length: 2000 }, () => random.random() - 0.5);
    values[0] = 1000;
    expect(signFlipTest(values, { seed: 1, resamples: 500 }).method).toBe('resampled');
  });
});
