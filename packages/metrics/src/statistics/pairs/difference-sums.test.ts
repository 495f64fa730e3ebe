import fc from 'fast-check';
import { expect, test } from 'vitest';
import { correlationMatrix } from '../families/correlation-matrix.ts';
import { CorrelationSums } from '../families/correlation-sums.ts';
import { Moments } from '../moments/moments.ts';
import { DifferenceSums } from './difference-sums.ts';
import { pairedDifference, summedDifference } from './paired-difference.ts';

const steps = fc.array(fc.constantFrom(-1, 0, 0, 1), { maxLength: 60 });
const graded = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 60 });

test('sums say of a difference what the pairs themselves do, to the last bit', () => {
  fc.assert(
    fc.property(
      fc.oneof(steps, graded),
      fc.constantFrom(1, 2),
      fc.constantFrom(undefined, 2.5),
      (values, most, ends) => {
        const options = { most, ...(ends === undefined ? {} : { ends }) };
        const [whole, summed] = [
          pairedDifference(values, options),
          summedDifference(DifferenceSums.of(values), options),
        ];
        expect(summed === null).toBe(whole === null);
        if (whole === null || summed === null) return;
        expect([summed.method, summed.n, summed.difference]).toEqual([whole.method, whole.n, whole.difference]);
        expect(summed.interval(0.9)).toEqual(whole.interval(0.9));
        expect(summed.pvalue(0.1)).toBe(whole.pvalue(0.1));
      },
    ),
  );
});

test('a difference that is no whole step is none, however seldom it comes', () => {
  const sums = DifferenceSums.of([1, 0, -1, 1, -0]);
  expect(sums.flips(1)).toEqual({ wins: 2, losses: 1, n: 5 });
  expect(sums.flips(2)).toBeNull();
  sums.add(0.5);
  expect(sums.flips(1)).toBeNull();
});

test('differences beyond the range are refused, and none say nothing', () => {
  expect(() => summedDifference(DifferenceSums.of([2]), { most: 1 })).toThrow(RangeError);
  expect(summedDifference(new DifferenceSums(), { most: 1 })).toBeNull();
});

test('correlations of rows that come one by one are those of the columns', () => {
  const value = fc.oneof(
    fc.constant(Number.NaN),
    fc.constantFrom(-1, 0, 1),
    fc.double({ min: -1, max: 1, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 40 }), (rows) => {
      const columns = [0, 1, 2].map((at) => rows.map((row) => row[at]!));
      const moments = columns.map((column) => Moments.of(column.filter((each) => !Number.isNaN(each))));
      // A spread that is nearly nothing is rounding, and either way of it is right.
      fc.pre(moments.every((own) => own.n === 0 || (own.variance() ?? 1) > 1e-6 || own.min === own.max));
      const sums = new CorrelationSums(3);
      for (const row of rows) sums.add(row);
      const [expected, found] = [correlationMatrix(columns), sums.matrix(moments)];
      for (const [i, row] of expected.entries())
        for (const [j, each] of row.entries()) expect(found[i]![j]).toBeCloseTo(each, 9);
    }),
  );
});
