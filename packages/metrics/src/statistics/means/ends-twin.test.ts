import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Moments } from '../moments/moments.ts';
import { momentsByKey } from '../moments/moments-by-key.ts';
import { boundedMean, scaledEstimate } from './bounded-mean.ts';
import { clusterGroups } from './cluster-groups.ts';
import { ENDS } from './ends-estimate.ts';
import { estimateInterval, type MeanEstimate } from './mean-estimate.ts';
import { checkInRange, scaleInterval } from './score-range.ts';
import { haveOneWeight, unweighted, weightClasses } from './weight-classes.ts';
import { weightedEstimate } from './weighted-estimate.ts';
import { weightedMean } from './weighted-mean.ts';

interface Sample {
  readonly value: number;
  readonly weight: number;
  readonly cluster: string;
}

interface Total {
  readonly size: number;
  readonly sum: number;
}

const plus = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0);

/** Bell and McCaffrey's CR2 of a mean, cluster by cluster. */
function slowCr2(clusters: readonly Total[]): MeanEstimate {
  const n = plus(clusters.map(({ size }) => size));
  const center = plus(clusters.map(({ sum }) => sum)) / n;
  const q = clusters.map(({ size }) => size ** 2 / (1 - size / n));
  const variance = plus(clusters.map(({ size, sum }) => (sum - center * size) ** 2 / (1 - size / n))) / n ** 2;
  const spread = (plus(q) ** 2 - plus(q.map((each) => each ** 2))) / n ** 2;
  return { center, variance, df: n ** 2 / (plus(clusters.map(({ size }) => size ** 2)) + spread) };
}

/** The slow twin: the ends estimate by its description, from single samples in [0, 1]. */
function slowEnds(samples: readonly Sample[], leastEffect = 1, ends = 1): MeanEstimate {
  const scale = samples.length / plus(samples.map(({ weight }) => weight));
  const held = samples.filter(({ weight }) => weight > 0);
  const clusters = [...new Set(held.map(({ cluster }) => cluster))].map((name): Total => {
    const own = held.filter(({ cluster }) => cluster === name);
    const size = scale * plus(own.map(({ weight }) => weight));
    return { size, sum: scale * plus(own.map(({ weight, value }) => weight * value)) };
  });
  const withEnds = (size: number) => slowCr2([...clusters, { size, sum: 0 }, { size, sum: size }]);
  const total = plus(clusters.map(({ size }) => size));
  const met = plus(clusters.map(({ size }) => size ** 2)) / total;
  const whole = withEnds(met);
  const all = total + 2 * met;
  const squares = scale * plus(held.map(({ weight, value }) => weight * value ** 2)) + met;
  const independent = (squares - all * whole.center ** 2) / (all - 1) / all;
  const found = Math.min(Math.max(whole.variance / independent, 1), Math.max(met, 1));
  const effect = Math.min(Math.max(found, leastEffect), Math.max(met, 1));
  const areAtEnds = samples.every(({ value }) => value === 0 || value === 1);
  return withEnds(effect * (areAtEnds && clusters.length > 1 ? 1.5 : ends));
}

function expectSame(found: MeanEstimate, expected: MeanEstimate): void {
  expect(found.center).toBeCloseTo(expected.center, 10);
  expect(found.variance / expected.variance).toBeCloseTo(1, 8);
  expect(found.df / expected.df).toBeCloseTo(1, 6);
}

const graded = fc.constantFrom(0, 0.25, 0.5, 1);
const atEnds = fc.constantFrom(0, 1, 1);
const samplesOf = (weight: fc.Arbitrary<number>): fc.Arbitrary<Sample[]> =>
  fc.constantFrom(graded, atEnds).chain((value) =>
    fc.array(fc.record({ value, weight, cluster: fc.constantFrom('a', 'a', 'a', 'b', 'c', 'd') }), {
      minLength: 2,
      maxLength: 24,
    }),
  );
const valuesOf = (samples: readonly Sample[]) => samples.map(({ value }) => value);
const alone = (samples: readonly Sample[]) => samples.map((each, at) => ({ ...each, cluster: `alone ${at}` }));

describe('the ends estimate is its slow twin', () => {
  test('of clusters, in any range', () => {
    fc.assert(
      fc.property(samplesOf(fc.constant(1)), fc.constantFrom<[number, number]>([0, 1], [-2, 6]), (samples, range) => {
        const [low, high] = range;
        const values = valuesOf(samples).map((value) => low + (high - low) * value);
        const keys = samples.map(({ cluster }) => cluster);
        const clusters = momentsByKey(values, keys);
        fc.pre(clusters.length < samples.length);
        const expected = slowEnds(samples);
        expectSame(scaledEstimate(Moments.of(values), range, clusters), expected);
        const { method, interval } = boundedMean(Moments.of(values), range, clusters)!;
        if (clusters.length === 1) {
          expect([method, interval()]).toEqual(['one-cluster', range]);
          return;
        }
        const [from, to] = scaleInterval(estimateInterval(expected, 0.9), range);
        expect(interval(0.9)).toEqual([expect.closeTo(from, 7), expect.closeTo(to, 7)]);
      }),
      { numRuns: 60 },
    );
  });

  test('of weights, with clusters and without', () => {
    const weights = fc.constantFrom(0, 0.5, 1, 1, 4);
    fc.assert(
      fc.property(samplesOf(weights), fc.boolean(), (samples, areClustered) => {
        fc.pre(samples.some(({ weight }) => weight > 0));
        const own = areClustered ? samples : alone(samples);
        const [values, weight] = [valuesOf(own), own.map((each) => each.weight)];
        const keys = areClustered ? own.map(({ cluster }) => cluster) : undefined;
        // As weightedEstimate estimates, and as weightedMean knows it: at least what unequal weights cost.
        expectSame(weightedEstimate(values, weight, keys), slowEnds(own));
        const classes = weightClasses(values, weight, keys);
        const held = new Set(own.filter((each) => each.weight > 0).map(({ cluster }) => cluster));
        fc.pre(!haveOneWeight(classes) && held.size > 1);
        const effective = plus(weight) ** 2 / plus(weight.map((each) => each ** 2));
        const expected = slowEnds(own, own.length / effective, areClustered ? 1 : 1.5);
        for (const [low, high] of [
          [0, 1],
          [-2, 6],
        ] as const) {
          const [from, to] = scaleInterval(estimateInterval(expected), [low, high]);
          const scaled = values.map((value) => low + (high - low) * value);
          const found = weightedMean(scaled, weight, [low, high], keys)!;
          expect(found.method).toBe('weighted-ends');
          expect(found.interval()).toEqual([expect.closeTo(from, 6), expect.closeTo(to, 6)]);
        }
      }),
      { numRuns: 60 },
    );
  });
});

test('scores that all stand alone are scaled to their range, with the weight of ends that is asked for', () => {
  const values = [2, 3, 6, 5];
  const [n, mean, m2] = [4, 0.5, 0.625];
  for (const ends of [undefined, 3]) {
    const weight = ends ?? ENDS;
    const total = n + 2 * weight;
    const found = scaledEstimate(Moments.of(values), [2, 6], undefined, ends);
    expect(found.center).toBeCloseTo((n * mean + weight) / total, 12);
    expect(found.df).toBe(total - 1);
    expect(found.variance).toBeCloseTo((m2 + weight / 2) / (total - 1) / total, 12);
  }
});

test('clusters without scores are none', () => {
  const scores = Moments.of([1, 0.5]);
  expect(clusterGroups(scores, [scores, new Moments()])).toEqual([{ n: 2, sum: 1.5 }]);
  expect(clusterGroups(scores, [Moments.of([1]), new Moments()])).toBeNull();
  expect(clusterGroups(scores, undefined)).toBeNull();
  const [empty, held] = [
    { weight: 5, scores: new Moments() },
    { weight: 1, cluster: 'a', scores },
  ];
  expect([haveOneWeight([empty, held]), haveOneWeight([{ ...empty, scores }, held])]).toEqual([true, false]);
  expect(weightedMean([], [])).toBeNull();
  expect(unweighted([empty])).toEqual({ scores: new Moments(), clusters: undefined });
  expect(unweighted([held, held]).clusters!.map(({ n }) => n)).toEqual([4]);
});

test('a score beyond its range is named, at either end, unless rounding carried it there', () => {
  const range = [1, 3] as const;
  expect(() => checkInRange(1 - 1e-9, 3 + 1e-9, range)).not.toThrow();
  expect(() => checkInRange(0.5, 2, range)).toThrow('the score 0.5 lies outside its range 1 to 3');
  expect(() => checkInRange(1, 3.5, range)).toThrow('the score 3.5');
  expect(() => checkInRange(1 - 3e-9, 2, range)).toThrow('outside');
  expect(() => checkInRange(2, 3 + 3e-9, range)).toThrow('outside');
  expect(() => checkInRange(Number.NaN, Number.NaN, range)).toThrow('the score NaN');
  expect(scaleInterval([-1, 2], [0.1, 0.7])).toEqual([0.1, 0.7]);
  expect(scaleInterval([0, 0.5], [0.1, 0.7])).toEqual([0.1, expect.closeTo(0.4, 12)]);
});
