import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExactSum } from '../moments/exact-sum.ts';
import { exactTotal } from './disagreement-rows.ts';

test('a total is rounded once, wherever its terms begin to round', () => {
  const term = fc.oneof(fc.constantFrom(0, 1, 0.5, -0.25, 1e-17, 2 ** 60), fc.double({ min: -4, max: 4, noNaN: true }));
  fc.assert(
    fc.property(fc.array(term), (terms) => {
      const sum = new ExactSum();
      for (const each of terms) sum.add(each);
      expect(exactTotal(terms.length, (i) => terms[i]!)).toBe(sum.value());
      expect(exactTotal(terms.length, (i) => terms[terms.length - 1 - i]!)).toBe(sum.value());
    }),
  );
});
