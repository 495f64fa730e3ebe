import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGenerator } from '../../random/create-generator.ts';
import { type CountedClass, classQuantile } from './class-quantile.ts';
import { quantileEstimate } from './quantile-estimate.ts';

const one = (score: number, weight: number, cluster?: string): CountedClass => ({
  weight,
  cluster,
  counted: [[score, 1]],
});

test('scores that stand alone with one weight have the quantile without weights', () => {
  const counted = [3, 1, 4, 1.5, 9, 2, 6].map((score) => [score, 1] as const);
  for (const classes of [
    [{ counted }],
    counted.map((each) => ({ counted: [each] })),
    counted.map(([score]) => one(score, 0.2)),
  ]) {
    expect(classQuantile(classes)!.value).toBe(3);
    expect(classQuantile(classes)!.interval()).toEqual(quantileEstimate(counted)!.interval());
  }
});

test('half of the weight lies at the median or below, half at it or above', () => {
  const score = fc.integer({ min: 0, max: 30 });
  const weight = fc.integer({ min: 1, max: 9 });
  fc.assert(
    fc.property(fc.array(fc.tuple(score, weight), { minLength: 1, maxLength: 40 }), (scores) => {
      fc.pre(new Set(scores.map(([, own]) => own)).size > 1);
      const { value, n } = classQuantile(scores.map(([each, own]) => one(each, own)))!;
      const weightOf = (isMeant: (each: number) => boolean) =>
        scores.reduce((sum, [each, own]) => sum + (isMeant(each) ? own : 0), 0);
      expect(n).toBe(scores.length);
      expect(2 * weightOf((each) => each <= value)).toBeGreaterThanOrEqual(weightOf(() => true));
      expect(2 * weightOf((each) => each < value)).toBeLessThan(weightOf(() => true));
    }),
  );
});

const drawn = fc.array(fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 1, max: 3 })), {
  minLength: 30,
  maxLength: 60,
});

test('neither the order of classes, nor how scores are spread over them, nor the unit of weights changes a bit', () => {
  fc.assert(
    fc.property(drawn, fc.boolean(), (scores, isClustered) => {
      const clusterOf = (at: number) => (isClustered ? `${at % 12}` : undefined);
      const classes = scores.map(([score, weight], at) => one(score, weight, clusterOf(at)));
      const found = classQuantile(classes, 0.4)!;
      expect(classQuantile(classes.toReversed(), 0.4)!.interval()).toEqual(found.interval());
      expect(
        classQuantile(
          classes.map((each) => ({ ...each, weight: 8 * each.weight! })),
          0.4,
        )!.interval(),
      ).toEqual(found.interval());
      const joined = new Map<string, CountedClass>();
      for (const { weight, cluster, counted } of classes) {
        const key = `${weight} ${cluster}`;
        joined.set(key, { weight, cluster, counted: [...(joined.get(key)?.counted ?? []), ...counted] });
      }
      expect(classQuantile([...joined.values()], 0.4)!.value).toBe(found.value);
      expect(classQuantile([...joined.values()], 0.4)!.interval()).toEqual(found.interval());
    }),
    { numRuns: 25 },
  );
});

test('the interval holds the quantile, widens with confidence, and no huge score moves it by more than a place', () => {
  fc.assert(
    fc.property(drawn, (scores) => {
      const classes = scores.map(([score, weight]) => one(score, weight));
      const found = classQuantile(classes)!;
      const [low, high] = found.interval(0.9)!;
      expect(low).toBeLessThanOrEqual(found.value);
      expect(high).toBeGreaterThanOrEqual(found.value);
      const [lower, higher] = found.interval(0.99) ?? [0, 99];
      expect(lower).toBeLessThanOrEqual(low);
      expect(higher).toBeGreaterThanOrEqual(high);
      const shaken = classQuantile([...classes, one(1e300, 1)])!.interval(0.9)!;
      expect(shaken[1]).toBeLessThanOrEqual(99);
    }),
    { numRuns: 25 },
  );
});

test('few samples leave an end open, and one cluster both', () => {
  const of = (n: number, clusterOf: (at: number) => string | undefined) =>
    classQuantile(Array.from({ length: n }, (_, at) => one(at, 1 + (at % 2), clusterOf(at))))!.interval();
  expect(of(6, () => undefined)).toBeNull();
  expect(of(60, () => 'all')).toBeNull();
  expect(of(60, (at) => `${at % 3}`)).toBeNull();
  expect(of(60, (at) => `${at % 30}`)).not.toBeNull();
});

test('many of the least score close the interval at it, and a class may hold one score many times', () => {
  const most = (times: number): CountedClass[] => [
    { weight: 1, cluster: undefined, counted: [[0, times]] },
    { weight: 2, cluster: undefined, counted: [[5, 2]] },
  ];
  const found = classQuantile(most(60))!;
  expect([found.n, found.value, found.interval()]).toEqual([62, 0, [0, 0]]);
  const one60 = Array.from({ length: 60 }, () => one(0, 1));
  expect(classQuantile([...one60, one(5, 2), one(5, 2)])!.interval()).toEqual([0, 0]);
  // Of three it is not known that the median is no less than all of them.
  expect(classQuantile(most(3))!.interval()).toBeNull();
});

test('scores without weight are left out; without any other nothing is known', () => {
  const classes = [one(5, 0), one(1, 2), one(2, 1)];
  expect(classQuantile(classes)).toMatchObject({ n: 2, value: 1 });
  expect(classQuantile([])).toBeNull();
  expect(classQuantile([one(5, 0)])).toBeNull();
  expect(classQuantile([{ counted: [] }])).toBeNull();
  expect(() => classQuantile([one(1, -1), one(2, 1), one(3, 2)])).toThrow(
    expect.objectContaining({ code: 'METRIC_INVALID_WEIGHTS' }),
  );
});

test.each([
  ['weights', (at: number) => ({ weight: at % 10 === 0 ? 10 : 1, cluster: undefined })],
  ['clusters', (at: number) => ({ weight: 1, cluster: `${Math.floor(at / 3)}` })],
])('covers heavy-tailed samples with %s', (_, classOf) => {
  const random = createGenerator(21);
  let covered = 0;
  for (let run = 0; run < 300; run++) {
    let own = 0;
    const classes = Array.from({ length: 45 }, (_, at): CountedClass => {
      const { weight, cluster } = classOf(at);
      // Pareto with a mean that is infinite: its median is 2. Two of three in a cluster are the same.
      if (cluster === undefined || at % 3 !== 1) own = 1 / (1 - random.random());
      return one(own, weight, cluster);
    });
    const [low, high] = classQuantile(classes)!.interval()!;
    if (low <= 2 && high >= 2) covered++;
  }
  expect(covered / 300).toBeGreaterThan(0.92);
});
