import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scaledEstimate } from '../means/bounded-mean.ts';
import { clusterEndsEstimate } from '../means/cluster-ends-estimate.ts';
import { estimateInterval, estimatePvalue } from '../means/mean-estimate.ts';
import { weightClasses, weightedClusters } from '../means/weight-classes.ts';
import { Moments } from '../moments/moments.ts';
import { independentDifference } from './independent-difference.ts';

const values = fc.array(fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })), {
  minLength: 1,
  maxLength: 40,
});
const side = (scores: readonly number[]) => ({ scores: Moments.of(scores) });

test('p is at most α exactly where the interval excludes the border; sides change the sign', () => {
  fc.assert(
    fc.property(values, values, fc.constantFrom(0.01, 0.05, 0.3), (before, after, alpha) => {
      const found = independentDifference(side(before), side(after))!;
      const [low, high] = found.interval(1 - alpha);
      const pvalue = found.pvalue();
      if (Math.abs(pvalue - alpha) > 1e-9) expect(pvalue <= alpha).toBe(low > 0 || high < 0);
      const mirrored = independentDifference(side(after), side(before))!;
      expect(mirrored.interval(1 - alpha)[0]).toBeCloseTo(-high, 12);
      expect(high).toBeGreaterThan(low);
    }),
  );
});

test('nothing is known of an empty side or a side of one cluster', () => {
  expect(independentDifference(side([]), side([1]))).toBeNull();
  const scores = Moments.of([1, 1, 1]);
  const one = independentDifference({ scores, clusters: [scores] }, side([0, 0, 0, 0]))!;
  expect([one.method, one.pvalue(), one.interval()]).toEqual(['one-cluster', 1, [-1, 1]]);
});

test('2 samples against 20 of the same kind raise no alarm', () => {
  const perfect = side(new Array<number>(20).fill(1));
  expect(independentDifference(perfect, side([0.9, 1]))!.pvalue()).toBeGreaterThan(0.3);
  expect(() => independentDifference(perfect, side([1.5]))).toThrow(
    expect.objectContaining({ code: 'METRIC_OUT_OF_RANGE' }),
  );
});

test('a range of another width and start scales differences and their interval, and no p-value', () => {
  const scaled = (scores: readonly number[]) => side(scores.map((score) => 1 + 4 * score));
  const [before, after] = [
    [0, 0.2, 0.9, 1, 0.4, 0.5],
    [0.7, 1, 1, 0.8, 0.9, 1, 0.95],
  ] as const;
  const unit = independentDifference(side(before), side(after))!;
  const wide = independentDifference(scaled(before), scaled(after), [1, 5])!;
  expect(wide.difference).toBeCloseTo(4 * unit.difference, 12);
  expect(wide.interval(0.8)).toEqual(unit.interval(0.8).map((end) => expect.closeTo(4 * end, 12)));
  expect(wide.pvalue()).toBeCloseTo(unit.pvalue(), 12);
  expect(unit.method).toBe('two-sample-ends');
  expect(unit.pvalue()).toBeLessThan(0.3);
});

test('weights count on the side that has them', () => {
  const scores = [0, 0.1, 0.9, 1, 1, 0.8];
  const weighted = (weights: readonly number[]) => ({ ...side(scores), classes: weightClasses(scores, weights) });
  const other = side([0.5, 0.4, 0.6, 0.7]);
  const plain = independentDifference(weighted([2, 2, 2, 2, 2, 2]), other)!;
  expect(plain.interval()).toEqual(independentDifference(side(scores), other)!.interval());
  const heavy = independentDifference(weighted([9, 9, 1, 1, 1, 1]), other)!;
  expect(heavy.difference).toBeCloseTo(0.55 - (9 * 0.1 + 3.7) / 22, 12);
  expect(heavy.interval()).not.toEqual(plain.interval());
  const all = { ...side(scores), classes: weightClasses(scores, [1, 0, 0, 0, 0, 0]) };
  expect(independentDifference(all, other)!.method).toBe('one-cluster');
});

test('sides of clusters and of weights are told apart by Welch and Satterthwaite’s t over their own estimates', () => {
  const range = [1, 5] as const;
  const [first, second] = [Moments.of([1, 2, 2.5]), Moments.of([4, 5])];
  const before = { scores: Moments.of([1, 2, 2.5, 4, 5, 3]), clusters: [first, second] };
  const scores = [5, 4.5, 4, 5, 2];
  const classes = weightClasses(scores, [1, 1, 2, 1, 5], ['a', 'a', 'b', 'c', 'c']);
  const after = { scores: Moments.of(scores), classes };
  const found = independentDifference(before, after, range)!;
  const [a, b] = [
    scaledEstimate(before.scores, range, before.clusters),
    clusterEndsEstimate(weightedClusters(classes, range)),
  ];
  const variance = a.variance + b.variance;
  const df = variance ** 2 / (a.variance ** 2 / a.df + b.variance ** 2 / b.df);
  const estimate = { center: 4 * (b.center - a.center), variance: 16 * variance, df };
  expect(found).toMatchObject({ method: 'two-sample-ends', n: 11 });
  expect(found.difference).toBeCloseTo((5 + 4.5 + 2 * 4 + 5 + 5 * 2) / 10 - 17.5 / 6, 12);
  const [low, high] = estimateInterval(estimate, 0.7);
  expect(found.interval(0.7)).toEqual([expect.closeTo(low, 9), expect.closeTo(high, 9)]);
  for (const border of [0, 0.5]) expect(found.pvalue(border)).toBeCloseTo(estimatePvalue(estimate, border), 9);
});

test('a single score is no cluster of others, whatever it is named or weighs', () => {
  const one = Moments.of([1]);
  const other = side([0, 0.5, 0.25, 0]);
  const expected = independentDifference(side([1]), other)!;
  expect([expected.method, expected.n]).toEqual(['two-sample-ends', 5]);
  for (const more of [{ clusters: [one] }, { classes: weightClasses([1], [3], ['a']) }])
    expect(independentDifference({ scores: one, ...more }, other)!.interval()).toEqual(expected.interval());
  expect(independentDifference(other, side([]))).toBeNull();
});
