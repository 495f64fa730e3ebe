import { createGenerator, pearson } from '@assay/metrics';
import { expect, test } from 'vitest';
import { binomial, binomialDraw } from './binomial.ts';
import { drawJoint, merged, sumOfSteps } from './joint-shares.ts';
import { correlatedJudge } from './judge-shapes.ts';
import { drawn, normal, pool, urn } from './shapes.ts';

/** How many standard deviations chi-squared of drawn counts lies above its mean; what is rarer than 5 in all is one kind. */
function fit(
  found: ReadonlyMap<number, number>,
  runs: number,
  chance: (value: number) => number,
  most: number,
): number {
  let [statistic, kinds, restFound, rest] = [0, 0, 0, 0];
  for (let value = 0; value <= most; value++) {
    const expected = runs * chance(value);
    const count = found.get(value) ?? 0;
    if (expected < 5) {
      restFound += count;
      rest += expected;
    } else {
      statistic += (count - expected) ** 2 / expected;
      kinds += 1;
    }
  }
  if (rest > 0.5) statistic += (restFound - rest) ** 2 / rest;
  const degrees = kinds - (rest > 0.5 ? 0 : 1);
  return (statistic - degrees) / Math.sqrt(2 * degrees);
}

test.each([
  [10, 0.3],
  [40, 0.02],
  [30, 0.5],
  [125, 0.83],
  [5000, 0.5],
  [4980, 0.003],
  [4980, 0.997],
])('binomial draws of %i at %f come as often as they should', (n, share) => {
  const random = createGenerator(`${n} ${share}`);
  const found = new Map<number, number>();
  const runs = 20_000;
  for (let i = 0; i < runs; i++) {
    const hits = binomialDraw(random, n, share);
    found.set(hits, (found.get(hits) ?? 0) + 1);
  }
  expect(fit(found, runs, (hits) => binomial(hits, n, share), n)).toBeLessThan(4);
});

test('binomial draws end at the ends', () => {
  const random = createGenerator(1);
  expect([binomialDraw(random, 7, 0), binomialDraw(random, 7, 1), binomialDraw(random, 0, 0.4)]).toEqual([0, 7, 0]);
});

test('a judge is drawn with its correlation, among the labelled and the others, and the labels’ mean is told', () => {
  const { shares } = correlatedJudge(0.5, 0.71);
  const drawn = drawJoint(createGenerator(2), shares!, 20_000, 20_000);
  expect(pearson(drawn.labels, drawn.judged).coefficient).toBeCloseTo(0.71, 1.7);
  expect(drawn.labelMean).toBeCloseTo(drawn.labels.reduce((sum, label) => sum + label, 0) / 20_000, 12);
  const others = drawJoint(createGenerator(3), [{ label: 1, judge: 0.25, share: 0.3 }, ...rest()], 10, 100_010);
  const quarters = others.judge.subarray(10).filter((score) => score === 0.25).length;
  expect(quarters / 100_000).toBeCloseTo(0.3, 2);
  expect(others.labelMean).toBeCloseTo(0.3, 2);
});

function rest() {
  return [
    { label: 0, judge: 0.5, share: 0.5 },
    { label: 0, judge: 1, share: 0.2 },
  ];
}

test('steps add up to binomial shares', () => {
  const step = merged([
    { label: 1, judge: 1, share: 0.3 },
    { label: 0, judge: 1, share: 0.2 },
    { label: 0, judge: 0, share: 0.5 },
  ]);
  const sums = sumOfSteps(step, 4);
  expect(sums.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  for (let hits = 0; hits <= 4; hits++) {
    const share = sums.filter(({ judge }) => judge === hits / 4).reduce((sum, each) => sum + each.share, 0);
    expect(share).toBeCloseTo(binomial(hits, 4, 0.5), 12);
  }
});

test('an urn has its share and its correlation', () => {
  const random = createGenerator(4);
  const pairs = Array.from({ length: 40_000 }, () => {
    const draw = urn(random, 0.7, 0.3);
    return [draw(), draw()] as const;
  });
  const [first, second] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
  expect(first.reduce((sum, each) => sum + each, 0) / first.length).toBeCloseTo(0.7, 1.7);
  expect(second.reduce((sum, each) => sum + each, 0) / first.length).toBeCloseTo(0.7, 1.7);
  expect(Math.abs(pearson(first, second).coefficient - 0.3)).toBeLessThan(0.02);
});

test('normal draws have mean 0 and variance 1, and a pool its own mean', () => {
  const random = createGenerator(5);
  const values = drawn(100_000, () => normal(random));
  expect(Math.abs(values.reduce((sum, z) => sum + z, 0) / values.length)).toBeLessThan(0.015);
  expect(Math.abs(values.reduce((sum, z) => sum + z * z, 0) / values.length - 1)).toBeLessThan(0.02);
  const squares = pool('squares', (own) => own.random() ** 2);
  const found = drawn(100_000, () => squares.draw(random));
  expect(Math.abs(found.reduce((sum, each) => sum + each, 0) / found.length - squares.mean)).toBeLessThan(0.005);
  expect(squares.mean).toBeCloseTo(1 / 3, 1);
});
