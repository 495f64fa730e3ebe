import { flipsPvalue, type MeanDifference, pairedDifference } from '@assay/metrics';
import { expect, test } from 'vitest';
import { invertedDifference } from './composite-difference.ts';
import { detectableMean, neededPairsOf, pairPower } from './pair-power.ts';
import { methodWords, reasonOf, roundUp } from './pair-reason.ts';
import type { ScoreDifference } from './score-difference.ts';
import { distanceDifference, mirrored } from './target-distance.ts';
import { unboundedDifference } from './unbounded-difference.ts';

function differenceOf(column: readonly number[], changes: Partial<ScoreDifference> = {}): ScoreDifference {
  const own = Float64Array.from(column);
  return {
    ...{ n: own.length, found: pairedDifference(own, { most: 1 }), sign: 1, column: own, most: 1 },
    ...{ kept: Int32Array.from(own.keys()), leftOut: {} as never, ...changes },
  };
}

const times = (value: number, count: number) => Array<number>(count).fill(value);

test('without samples, without a method and of one cluster, that is the reason', () => {
  expect(reasonOf(differenceOf([], { found: null }), 'cannot tell', 0.05)).toBe(
    'no sample has this score on both sides',
  );
  expect(reasonOf(differenceOf([], { found: null, caveat: 'why' }), 'cannot tell', 0.05)).toBe(
    'no sample has this score on both sides; why',
  );
  expect(reasonOf(differenceOf([1], { found: null }), 'cannot tell', 0.05)).toBe(
    'no method is known for these samples',
  );
  expect(reasonOf(differenceOf([1], { found: null, caveat: 'why' }), 'cannot tell', 0.05)).toBe('why');
  const found = { ...pairedDifference(Float64Array.of(0.1), { most: 1 })!, method: 'one-cluster' } as MeanDifference;
  expect(reasonOf(differenceOf([0.1], { found }), 'cannot tell', 0.05)).toBe(
    'all samples are of one cluster, which says nothing of others',
  );
});

test('what is undecided says how many samples would decide it, or what stands against it', () => {
  const few = differenceOf([...times(1, 6), ...times(-1, 3), ...times(0, 31)]);
  expect(reasonOf(few, 'cannot tell', 0.05)).toMatch(
    /^a difference of this size needs about \d+ samples, and there are 40$/,
  );
  expect(reasonOf(differenceOf(times(0, 12)), 'cannot tell', 0.05)).toBe('no difference on 12 samples');
  expect(reasonOf(differenceOf([0.4]), 'cannot tell', 0.05)).toMatch(/too few samples|needs about/);
  const sure = differenceOf([0.5, 0.5, 0.5, 0.5, 0.52]);
  expect(reasonOf(sure, 'cannot tell', 0.05)).toMatch(/^one loss in 5 samples would undo this/);
  expect(reasonOf({ ...sure, sign: -1 }, 'cannot tell', 0.05)).toMatch(/^one win in 5 samples would undo this/);
  const down = differenceOf([-0.5, -0.5, -0.5, -0.5, -0.52]);
  expect(reasonOf(down, 'cannot tell', 0.05)).toMatch(/^one win in 5 samples would undo this/);
  expect(reasonOf({ ...few, caveat: 'and this' }, 'cannot tell', 0.05)).toMatch(/; and this$/);
});

test('what is decided says what would undo it: as many whole losses as turn the test', () => {
  const column = [...times(1, 20), ...times(0, 20)];
  const found = differenceOf(column);
  const losses = Number(/(\d+) more whole losses/.exec(reasonOf(found, 'better', 0.05))![1]);
  expect(flipsPvalue({ wins: 20, losses: losses - 1, n: 39 + losses })).toBeLessThanOrEqual(0.05);
  expect(flipsPvalue({ wins: 20, losses, n: 40 + losses })).toBeGreaterThan(0.05);
  expect(reasonOf(found, 'better', 0.05)).toMatch(/^\d+ more whole losses would undo this; 40 samples$|^40 samples/);
  expect(reasonOf({ ...found, sign: -1 }, 'worse', 0.05)).toContain('more whole wins would undo this');
  const graded = differenceOf(times(0.6, 30));
  const more = Number(/(\d+|one) more whole loss/.exec(reasonOf(graded, 'better', 0.05))![1]);
  const with_ = (count: number) =>
    pairedDifference(Float64Array.from([...times(0.6, 30), ...times(-1, count)]), { most: 1 })!.pvalue();
  expect(with_(more - 1)).toBeLessThanOrEqual(0.05);
  expect(with_(more)).toBeGreaterThan(0.05);
  expect(reasonOf({ ...graded, most: null }, 'better', 0.05)).toBe('30 samples');
  expect(reasonOf(graded, 'equivalent', 0.05)).toBe('30 samples');
});

test('a difference that is sure and small says that it lies within the margin', () => {
  const small = differenceOf([...times(0.02, 4000), ...times(0.03, 4000)]);
  expect(reasonOf(small, 'better', 0.05, 0.1)).toContain('by less than the margin 0.1');
  expect(reasonOf(small, 'better', 0.05, 0.01)).not.toContain('margin');
  expect(reasonOf(small, 'better', 0.05)).not.toContain('margin');
  expect(reasonOf(small, 'equivalent', 0.05, 0.1)).not.toContain('margin');
  const down = differenceOf([...times(-0.02, 4000), ...times(-0.03, 4000)]);
  expect(reasonOf(down, 'worse', 0.05, 0.1)).toContain('by less than the margin 0.1');
  expect(reasonOf(down, 'worse', 0.05, 0.01)).not.toContain('margin');
});

test('a difference without bounds foretells its samples by the root of n', () => {
  const column = Float64Array.from({ length: 30 }, (_, at) => (at % 5 === 0 ? -1 : 0.8));
  const found = {
    method: 'paired-jackknife',
    n: 30,
    difference: 0.2,
    interval: () => [-0.2, 0.6],
  } as unknown as MeanDifference;
  const z = 1.959964 + 0.8416212;
  const needed = Math.ceil(30 * ((z / 1.959964) * (0.4 / 0.2)) ** 2);
  const told = reasonOf(differenceOf([...column], { found, most: null }), 'cannot tell', 0.05);
  expect(told).toBe(`a difference of this size needs about ${roundUp(needed)} samples, and there are 30`);
  const open = { ...found, interval: () => [Number.NEGATIVE_INFINITY, 0.6] } as unknown as MeanDifference;
  expect(reasonOf(differenceOf([...column], { found: open, most: null }), 'cannot tell', 0.05)).toBe('too few samples');
});

test.each([
  [7, '7'],
  [10, '10'],
  [11, '11'],
  [99, '99'],
  [100, '100'],
  [101, '110'],
  [1234, '1,300'],
  [1e6 + 1, '1,100,000'],
])('%d is rounded up to %s', (count, text) => {
  expect(roundUp(count)).toBe(text);
});

test('methods are told in words, with what is compared where that is not the score', () => {
  const found = pairedDifference(Float64Array.of(1, 0, -1, 1), { most: 1 })!;
  expect(methodWords({ found: null })).toBe('none');
  expect(methodWords({ found })).toBe('paired 0/1');
  expect(methodWords({ found, measure: 'distance from 1' })).toBe('paired 0/1, distance from 1');
  expect(methodWords({ found: { ...found, method: 'new' as never } })).toBe('new');
});

/** Share of 4,000 made-up comparisons that find a difference: normal differences cut to the range. */
function simulatedPower(n: number, draw: () => number): number {
  let found = 0;
  for (let run = 0; run < 1500; run += 1) {
    const column = Float64Array.from({ length: n }, draw);
    if (pairedDifference(column, { most: 1 })!.pvalue() <= 0.05) found += 1;
  }
  return found / 1500;
}

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test('the foretold power of graded and of 0/1 differences is the one that comparisons have', () => {
  const random = generator(7);
  const graded = () => 0.1 + (random() - 0.5) * 0.9;
  const gradedShape = { mean: 0.1, sd: 0.9 / Math.sqrt(12), most: 1, isFlips: false };
  for (const n of [30, 80])
    expect(Math.abs(simulatedPower(n, graded) - pairPower(n, gradedShape, 0.05))).toBeLessThan(0.05);
  const flips = () => (random() < 0.25 ? 1 : random() < 0.1 ? -1 : 0);
  const mean = 0.25 - 0.075;
  const flipsShape = { mean, sd: Math.sqrt(0.325 - mean ** 2), most: 1, isFlips: true };
  for (const n of [40, 100])
    expect(Math.abs(simulatedPower(n, flips) - pairPower(n, flipsShape, 0.05))).toBeLessThan(0.06);
});

test('power has its edges: one pair finds nothing, no spread decides, a sign does not matter, a scale neither', () => {
  const shape = { mean: 0.2, sd: 0.3, most: 1, isFlips: false };
  expect(pairPower(1, shape, 0.05)).toBe(0);
  expect(pairPower(50, { ...shape, mean: -0.2 }, 0.05)).toBe(pairPower(50, shape, 0.05));
  expect(pairPower(50, { mean: 20, sd: 30, most: 100, isFlips: false }, 0.05)).toBeCloseTo(
    pairPower(50, shape, 0.05),
    12,
  );
  const flips = { mean: 0.2, sd: 0.5, most: 1, isFlips: true };
  expect(pairPower(50, { mean: 0.4, sd: 1, most: 2, isFlips: true }, 0.05)).toBeCloseTo(pairPower(50, flips, 0.05), 12);
  const unbounded = { ...shape, most: Number.POSITIVE_INFINITY };
  expect(pairPower(50, { ...unbounded, sd: 0 }, 0.05)).toBe(1);
  expect(pairPower(50, { ...unbounded, sd: 0, mean: 0 }, 0.05)).toBe(0);
  expect(pairPower(2, { ...shape, sd: 0, mean: 1 }, 0.05)).toBe(0);
  expect(pairPower(400, { ...shape, sd: 0, mean: 1 }, 0.05)).toBe(1);
  expect(pairPower(400, { mean: 1, sd: 0, most: 1, isFlips: true }, 0.05)).toBe(1);
  expect(pairPower(2, { mean: 0.01, sd: 0, most: 1, isFlips: true }, 0.05)).toBeLessThan(0.1);
  expect(pairPower(50, unbounded, 0.05)).toBeGreaterThan(pairPower(50, shape, 0.05));
  expect(pairPower(50, shape, 0.01)).toBeLessThan(pairPower(50, shape, 0.05));
});

test('the number of pairs is the least that has the power, and the smallest mean the least that is found', () => {
  const shape = { mean: 0.1, sd: 0.3, most: 1, isFlips: false };
  const needed = neededPairsOf(shape, 0.05);
  expect(pairPower(needed, shape, 0.05)).toBeGreaterThanOrEqual(0.8);
  expect(pairPower(needed - 1, shape, 0.05)).toBeLessThan(0.8);
  expect(neededPairsOf(shape, 0.05, 0.9)).toBeGreaterThan(needed);
  expect(neededPairsOf({ ...shape, mean: 0 }, 0.05)).toBe(Number.POSITIVE_INFINITY);
  expect(neededPairsOf({ ...shape, mean: 1e-7 }, 0.05)).toBe(Number.POSITIVE_INFINITY);
  expect(neededPairsOf({ mean: 5, sd: 0, most: Number.POSITIVE_INFINITY, isFlips: false }, 0.05)).toBe(2);
  const shapeOf = (mean: number) => ({ ...shape, mean });
  const least = detectableMean(100, 1, shapeOf, 0.05)!;
  expect(pairPower(100, shapeOf(least), 0.05)).toBeGreaterThanOrEqual(0.8);
  expect(pairPower(100, shapeOf(least - 1e-9), 0.05)).toBeLessThan(0.8);
  expect(detectableMean(3, 0.1, shapeOf, 0.05)).toBeNull();
});

test('an interval inverted is a test at every border, and says on which side it lies', () => {
  const found = invertedDifference({ method: 'x', n: 5, difference: 1 }, (confidence) => [
    ...([1 - 2 * confidence, 1 + 2 * confidence] as const),
  ]);
  expect(found.interval()).toEqual([1 - 1.9, 1 + 1.9]);
  expect(found.pvalue()).toBeCloseTo(0.5, 9);
  expect(found.pvalue(2)).toBeCloseTo(0.5, 9);
  expect(found.pvalue(1.5)).toBeCloseTo(0.75, 9);
  expect(found.pvalue(1)).toBe(1);
  expect(found.pvalue(9)).toBe(1e-12);
  expect(found.pvalue(-9)).toBe(1e-12);
  expect([found.side(), found.side(1), found.side(2)]).toEqual([1, 0, -1]);
});

test('without bounds the median and the sign test are one inversion; clusters leave nothing', () => {
  const differences = Float64Array.from([-1, 2, 3, 4, 5, 6, 7, 8, 9, 100]);
  const found = unboundedDifference(differences, null)!;
  expect(found).toMatchObject({ method: 'paired-median', n: 10, difference: 5.5 });
  // One of ten below: 2 · (1 + 10) / 2^10.
  expect(found.pvalue()).toBeCloseTo(22 / 1024, 12);
  expect(found.pvalue(5.5)).toBe(1);
  expect(found.pvalue(6)).toBe(1);
  expect(found.pvalue(200)).toBeCloseTo(2 / 1024, 12);
  expect([found.side(), found.side(5.5), found.side(6)]).toEqual([1, 0, -1]);
  const [low, high] = found.interval(0.95);
  expect(found.pvalue(low - 1e-9)).toBeLessThanOrEqual(0.05);
  expect(found.pvalue(high + 1e-9)).toBeLessThanOrEqual(0.05);
  expect(unboundedDifference(differences.slice(0, 3), null)!.interval()).toEqual([
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ]);
  expect(unboundedDifference(differences, Int32Array.from(differences.keys()))).toBeNull();
  expect(unboundedDifference(new Float64Array(), null)).toBeNull();
});

test('a distance is the lesser of both ways, with the sign of both', () => {
  expect([...mirrored({ baseline: Float64Array.of(0.2, 0.9) }, 0.5).baseline]).toEqual([0.8, expect.closeTo(0.1, 12)]);
  const of = (difference: number, half: number): MeanDifference =>
    invertedDifference({ method: 'paired-ends', n: 9, difference }, (confidence) => [
      difference - half * confidence,
      difference + half * confidence,
    ]) as MeanDifference;
  for (const [moved, across, expected] of [
    [0.2, 0.3, 0.2],
    [-0.2, 0.3, -0.2],
    [-0.2, -0.1, 0.1],
    [0.2, 0, 0],
  ] as const)
    expect(distanceDifference(of(moved, 0.1), of(across, 0.1)).difference).toBeCloseTo(expected, 12);
  const found = distanceDifference(of(0.3, 0.2), of(0.5, 0.2));
  expect(found.interval(0.5)).toEqual([expect.closeTo(0.2, 12), expect.closeTo(0.4, 12)]);
  expect(distanceDifference(of(0.3, 0.2), of(0.1, 0.4)).pvalue()).toBe(of(0.1, 0.4).pvalue());
  expect(distanceDifference(of(-0.3, 0.2), of(0.1, 0.4)).side()).toBe(-1);
  expect(distanceDifference(of(-0.3, 0.2), of(-0.1, 0.4)).side()).toBe(1);
  expect(found.side(0.4)).toBe(-1);
  expect(found.pvalue(0.3)).toBeCloseTo(1, 6);
});
