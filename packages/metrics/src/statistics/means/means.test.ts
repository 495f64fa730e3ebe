import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGenerator } from '../../random/create-generator.ts';
import { Moments } from '../moments/moments.ts';
import { momentsByKey } from '../moments/moments-by-key.ts';
import { boundedMean } from './bounded-mean.ts';
import { cr2 } from './cr2.ts';
import { ENDS, endsAt, endsEstimate } from './ends-estimate.ts';
import { estimateInterval, estimatePvalue } from './mean-estimate.ts';
import { type WeightClass, weightClasses, weightedTotals } from './weight-classes.ts';
import { weightedEstimate } from './weighted-estimate.ts';
import { weightedClassMean, weightedMean } from './weighted-mean.ts';

const share = fc.oneof(fc.constantFrom(0, 1, 0.5), fc.double({ min: 0, max: 1, noNaN: true }));
const shares = fc.array(share, { minLength: 1, maxLength: 60 });
const keyed = fc.array(fc.tuple(share, fc.integer({ min: 0, max: 7 })), { minLength: 2, maxLength: 60 });
const intervalOf = (values: readonly number[]) => boundedMean(Moments.of(values))!.interval();

function clustered(pairs: readonly (readonly [number, number])[]) {
  const values = pairs.map(([value]) => value);
  const keys = pairs.map(([, key]) => key);
  return boundedMean(Moments.of(values), [0, 1], momentsByKey(values, keys))!;
}

describe('boundedMean', () => {
  test('lies within the range, holds the plain mean, and is never of zero width', () => {
    fc.assert(
      fc.property(shares, fc.constantFrom(0.8, 0.95, 0.999), (values, confidence) => {
        const { mean, interval } = boundedMean(Moments.of(values))!;
        const [low, high] = interval(confidence);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(mean + 1e-12);
        expect(high).toBeGreaterThanOrEqual(mean - 1e-12);
        expect(high - low).toBeGreaterThan(0);
      }),
    );
  });

  test('holds the plain mean of clustered scores too', () => {
    fc.assert(
      fc.property(keyed, (pairs) => {
        const { mean, interval } = clustered(pairs);
        const [low, high] = interval();
        expect(low).toBeLessThanOrEqual(mean + 1e-12);
        expect(high).toBeGreaterThanOrEqual(mean - 1e-12);
        expect(high).toBeGreaterThan(low);
      }),
    );
  });

  test('changes no bit when scores or clusters are permuted, or moments are merged from parts', () => {
    fc.assert(
      fc.property(keyed, fc.nat(), (pairs, seed) => {
        const random = createGenerator(seed);
        const order = pairs.map((pair) => ({ pair, at: random.random() })).sort((a, b) => a.at - b.at);
        const shuffled = order.map(({ pair }) => pair);
        expect(clustered(shuffled).interval()).toEqual(clustered(pairs).interval());
        const half = Moments.of(shuffled.slice(0, 5).map(([value]) => value));
        half.merge(Moments.of(shuffled.slice(5).map(([value]) => value)));
        expect(boundedMean(half)!.interval()).toEqual(intervalOf(pairs.map(([value]) => value)));
      }),
    );
  });

  test('scales with the range of the score', () => {
    const values = [0.1, 0.4, 0.9, 1];
    const [low, high] = intervalOf(values);
    const scaled = boundedMean(Moments.of(values.map((value) => 4 * value - 2)), [-2, 2])!.interval();
    expect(scaled[0]).toBeCloseTo(4 * low - 2, 12);
    expect(scaled[1]).toBe(4 * high - 2);
  });

  test('says what is not known: nothing, one graded score, one cluster, two perfect samples', () => {
    expect(boundedMean(new Moments())).toBeNull();
    expect(intervalOf([0.7])).toEqual([0, 1]);
    const one = boundedMean(Moments.of([1, 1, 1]), [0, 1], [Moments.of([1, 1, 1])])!;
    expect(one.method).toBe('one-cluster');
    expect(one.interval()).toEqual([0, 1]);
    expect(intervalOf([1, 1])[0]).toBeCloseTo(0.2236, 4);
  });

  test('names its method by what the scores are', () => {
    expect(boundedMean(Moments.of([0, 1, 1]))!.method).toBe('blaker');
    expect(boundedMean(Moments.of([0, 0.5, 1]))!.method).toBe('ends');
    expect(boundedMean(Moments.of([1, 5, 5]), [1, 5])!.method).toBe('blaker');
    expect(
      clustered([
        [0, 0],
        [1, 0],
        [1, 1],
      ]).method,
    ).toBe('cluster-ends');
    // Clusters that hold one sample each are independent samples.
    expect(
      clustered([
        [0, 0],
        [1, 2],
        [1, 1],
      ]).method,
    ).toBe('blaker');
  });

  test('refuses a score outside its range and a range without width', () => {
    expect(() => boundedMean(Moments.of([0.5, 1.2]))).toThrow(expect.objectContaining({ code: 'METRIC_OUT_OF_RANGE' }));
    expect(() => boundedMean(Moments.of([0]), [0, Number.POSITIVE_INFINITY])).toThrow('no range');
    expect(() => boundedMean(Moments.of([0]), [0, 0])).toThrow('no range');
  });
});

describe('weightedMean', () => {
  test('equal weights are no weights, and a weight of 2 widens', () => {
    const values = [0.1, 0.3, 0.8, 0.9, 0.95];
    expect(weightedMean(values, [3, 3, 3, 3, 3])!.interval()).toEqual(intervalOf(values));
    const weighted = weightedMean(values, [1, 1, 1, 1, 6])!;
    expect(weighted.mean).toBeCloseTo((0.1 + 0.3 + 0.8 + 0.9 + 6 * 0.95) / 10, 12);
    expect(weighted.interval()[1] - weighted.interval()[0]).toBeGreaterThan(0.5);
  });

  test('refuses weights that sum to 0, are negative, or are too few', () => {
    for (const weights of [
      [0, 0],
      [1, -1],
      [1, Number.NaN],
    ]) {
      expect(() => weightedMean([0, 1], weights)).toThrow(expect.objectContaining({ code: 'METRIC_INVALID_WEIGHTS' }));
    }
    expect(() => weightedMean([0, 1], [1])).toThrow(expect.objectContaining({ code: 'METRIC_LENGTH_MISMATCH' }));
  });
});

describe('weight classes', () => {
  const scores = fc.array(
    fc.record({
      value: fc.constantFrom(0, 0.25, 0.5, 1),
      weight: fc.constantFrom(0, 0.5, 1, 3),
      cluster: fc.constantFrom('a', 'b', 'c', undefined),
    }),
    { minLength: 2, maxLength: 40 },
  );

  /** Each score of no cluster under a name of its own: what the classes of one weight stand for. */
  const named = (all: readonly { readonly cluster: string | undefined }[]) =>
    all.map(({ cluster }, at) => cluster ?? `alone ${at}`);

  test('of one weight are as many clusters of that weight', () => {
    fc.assert(
      fc.property(scores, (all) => {
        fc.pre(all.some(({ weight }) => weight > 0));
        const classes = all.map(({ value, weight, cluster }) => ({ weight, cluster, scores: Moments.of([value]) }));
        const merged = new Map<string, WeightClass>();
        for (const { weight, cluster, scores: own } of classes) {
          const known = merged.get(`${weight} ${cluster}`) ?? { weight, cluster, scores: new Moments() };
          merged.set(`${weight} ${cluster}`, known);
          known.scores.merge(own);
        }
        const [values, weights] = [all.map(({ value }) => value), all.map(({ weight }) => weight)];
        // Scores of which none is in a cluster have pseudo-observations of their own weight.
        const keys = all.some(({ cluster }) => cluster !== undefined) ? named(all) : undefined;
        const expected = weightedMean(values, weights, [0, 1], keys)!;
        for (const found of [weightedClassMean(classes)!, weightedClassMean([...merged.values()].reverse())!]) {
          expect(found.mean).toBeCloseTo(expected.mean, 12);
          expect(found.method).toBe(expected.method);
          for (const end of [0, 1] as const) expect(found.interval()[end]).toBeCloseTo(expected.interval()[end], 9);
          expect(found.mean).toBeGreaterThanOrEqual(found.interval()[0] - 1e-12);
          expect(found.mean).toBeLessThanOrEqual(found.interval()[1] + 1e-12);
        }
        const equal = weightedClassMean(classes.map((each) => ({ ...each, weight: 2 })))!;
        expect(equal.interval()).toEqual(
          weightedClassMean(classes.map((each) => ({ ...each, weight: 1 })))!.interval(),
        );
      }),
    );
  });

  test('say how many samples of equal weight they are worth', () => {
    const totals = (weights: readonly number[]) =>
      weightedTotals(
        weightClasses(
          weights.map(() => 1),
          weights,
        ),
      )!;
    expect(totals([2, 2, 2]).effectiveSamples).toBeCloseTo(3, 12);
    expect(totals([1, 1, 1, 7])).toMatchObject({ n: 4, weight: 10 });
    expect(totals([1, 1, 1, 7]).effectiveSamples).toBeCloseTo(100 / 52, 12);
    expect(totals([5, 0, 0]).effectiveSamples).toBe(1);
    expect(totals([1e300, 1e300]).effectiveSamples).toBe(2);
    expect(weightedTotals([])).toBeNull();
  });

  test('one score that has all the weight says nothing of others', () => {
    const found = weightedMean([1, 0.5, 0], [3, 0, 0])!;
    expect(found).toMatchObject({ method: 'one-cluster', mean: 1 });
    expect(found.interval()).toEqual([0, 1]);
  });
});

test('scores of no cluster stand alone beside those that are in clusters', () => {
  const [first, second, alone] = [
    [1, 1, 0.5],
    [0, 0.25],
    [1, 0.75, 0.5, 1],
  ];
  const all = Moments.of([...first!, ...second!, ...alone!]);
  const groups = [Moments.of(first!), Moments.of(second!)];
  const expected = boundedMean(all, [0, 1], [...groups, ...alone!.map((value) => Moments.of([value]))])!;
  const found = boundedMean(all, [0, 1], groups)!;
  expect(found.method).toBe('cluster-ends');
  for (const end of [0, 1] as const) expect(found.interval()[end]).toBeCloseTo(expected.interval()[end], 12);
});

test('cr2 of clusters of one is the usual variance of a mean, with n − 1 degrees of freedom', () => {
  const values = [0.2, 0.5, 0.9, 0.4];
  const { center, variance, df } = cr2(values.map((sum) => ({ n: 1, sum })));
  const moments = Moments.of(values);
  expect(center).toBeCloseTo(moments.mean()!, 14);
  expect(variance).toBeCloseTo(moments.variance()! / 4, 14);
  expect(df).toBeCloseTo(3, 12);
});

test('allAt tells scores at the ends of a range from others, exactly', () => {
  const range = fc.constantFrom<[number, number]>([0, 1], [1, 5], [-0.1, 0.3], [0.1, 0.7]);
  fc.assert(
    fc.property(range, fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), share, ([low, high], ends, at) => {
      const values = ends.map((isHigh) => (isHigh ? high : low));
      const expected = { low: ends.filter((isHigh) => !isHigh).length, high: ends.filter(Boolean).length };
      expect(Moments.of(values).allAt([low, high])).toEqual(expected);
      const between = low + (high - low) * at;
      if (between > low && between < high && (high - between) * (between - low) > 1e-300) {
        expect(Moments.of([...values, between]).allAt([low, high])).toBeNull();
      }
    }),
  );
  expect(Moments.of([0, 2]).allAt([0, 1])).toBeNull();
});

test('the p-value of a border is what the interval that ends there leaves out; without variance a mean is its only border', () => {
  const estimate = { center: 1, variance: 4, df: 5 };
  for (const confidence of [0.5, 0.95]) {
    const [low, high] = estimateInterval(estimate, confidence);
    expect(estimatePvalue(estimate, low)).toBeCloseTo(1 - confidence, 12);
    expect(estimatePvalue(estimate, high)).toBeCloseTo(1 - confidence, 12);
  }
  expect([1, 1.5].map((border) => estimatePvalue({ ...estimate, variance: 0 }, border))).toEqual([1, 0]);
});

test('ends weigh more at a small level, and never less than usual', () => {
  expect([endsAt(0.5), endsAt(0.05)]).toEqual([ENDS, ENDS]);
  expect(endsAt(0.003)).toBeCloseTo(2.05, 2);
  expect(endsAt(1e-4)).toBeCloseTo(3, 2);
});

test('without weights and clusters the ends estimate is that of single scores', () => {
  const values = [0, 0.25, 1, 0.5];
  expect(weightedEstimate(values)).toEqual(endsEstimate({ n: 4, mean: 0.4375, m2: 0.546875 }));
  expect(weightedEstimate([])).toEqual(endsEstimate({ n: 0, mean: 0, m2: 0 }));
});
