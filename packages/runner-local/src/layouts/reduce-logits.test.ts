import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromFloat16 } from './float16.ts';
import { logSumExp } from './log-sum-exp.ts';
import { reduceLogits } from './reduce-logits.ts';

it('finds the k best with ties to the smaller id, like a full sort', () => {
  const logit = fc.integer({ min: -5, max: 5 });
  fc.assert(
    fc.property(fc.array(logit, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 10 }), (list, k) => {
      const { ids, logSumExp } = reduceLogits(Float32Array.from(list), Math.min(k, list.length));
      const sorted = list.map((_, id) => id).sort((a, b) => list[b]! - list[a]! || a - b);
      expect(ids).toEqual(sorted.slice(0, Math.min(k, list.length)));
      expect(logSumExp).toBeCloseTo(Math.log(list.reduce((total, value) => total + Math.exp(value), 0)), 8);
    }),
  );
});

it('sums exponentials as Math.exp does, over any range', () => {
  const logit = fc.oneof(fc.float({ min: -200, max: 200, noNaN: true }), fc.constant(Number.NEGATIVE_INFINITY));
  fc.assert(
    fc.property(
      fc.array(logit, { minLength: 1, maxLength: 200 }),
      fc.float({ noNaN: true, min: -90, max: 90 }),
      (list, one) => {
        const logits = Float32Array.from([one, ...list]);
        const best = Math.max(...logits);
        const slow = best + Math.log(logits.reduce((total, value) => total + Math.exp(value - best), 0));
        expect(Math.abs(logSumExp(logits, best) - slow)).toBeLessThan(1e-9);
      },
    ),
  );
});

it('a row of NaN has no finite log-sum', () => {
  for (const row of [
    [Number.NaN, 1],
    [1, Number.NaN],
    [Number.POSITIVE_INFINITY, 1],
  ]) {
    for (const k of [1, 2]) expect(reduceLogits(Float32Array.from(row), k).logSumExp).toBeNaN();
  }
});

it('reads fp16 bit patterns', () => {
  const bits = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x7e00, 0x8000);
  expect(Array.from(fromFloat16(bits))).toEqual([1, -2, 2 ** -24, 65504, Number.POSITIVE_INFINITY, Number.NaN, -0]);
});
