import { expect, test } from 'vitest';
import type { ScoreSpec } from '../algorithms/algorithm.ts';
import type { ScoreSummary } from '../results/summary.ts';
import { askedScores, comparableScores, sampleScores } from './comparable-scores.ts';
import { correctedRow } from './corrected-row.ts';
import { gatesOutcome, inconclusivePolicy } from './gate-policy.ts';
import { type ModelScores, modelScores } from './model-scores.ts';
import { keptPairs, pairedValues, pairSamples, weightsOfPairs } from './sample-pairs.ts';
import { greatestChange, isOutside, scoreDifference } from './score-difference.ts';
import { isSummable, ScorePairSums, summedScoreDifference } from './summed-score-difference.ts';

const spec: ScoreSpec = { range: [0, 1], better: 'higher', kind: 'bounded', summary: '' };
const NONE = { onlyBaseline: 0, onlyCandidate: 0, unscoredBaseline: 0, unscoredCandidate: 0 };

function side(model: string, values: readonly number[], weights?: readonly (number | undefined)[]): ModelScores {
  return modelScores(
    model,
    values.map((value, index) => {
      const weight = weights?.[index];
      const place = { index, digest: `${index}`, category: null, cluster: null, scores: { 'a.s': value } };
      return { ...place, ...(weight === undefined ? {} : { weight }) };
    }),
  );
}

test('weights of a pair are those that both sides give it; equal ones are none', () => {
  const values = [0, 0.5, 1];
  const weightsOf = (one?: readonly (number | undefined)[], other?: readonly (number | undefined)[]) =>
    pairSamples(side('b', values, one), side('a', values, other)).weights;
  expect(weightsOf()).toBeNull();
  expect([...weightsOf([1, 2, 3], [1, 2, 3])!]).toEqual([1, 2, 3]);
  expect([...weightsOf([1, 2, 3], [1, 5, 3])!]).toEqual([1, Number.NaN, 3]);
  expect([...weightsOf([1, 2, undefined])!]).toEqual([1, Number.NaN, 1]);
  expect([...weightsOf(undefined, [1, 2, 1])!]).toEqual([1, Number.NaN, 1]);
  const pairs = pairSamples(side('b', values, [2, 2, 0]), side('a', values, [2, 2, 0]));
  expect(weightsOfPairs(pairs, [0, 1])).toBeNull();
  expect([...weightsOfPairs(pairs, [0, 2])!]).toEqual([2, 0]);
  expect([...weightsOfPairs(pairs, [2])!]).toEqual([0]);
  expect(weightsOfPairs({ ...pairs, weights: null }, [0])).toBeNull();
  expect([...keptPairs(pairs, [1, 2]).weights!]).toEqual([2, 0]);
  expect(keptPairs({ ...pairs, weights: null }, [1]).weights).toBeNull();
});

const differenceOf = (
  before: readonly number[],
  after: readonly number[],
  own: Partial<ScoreSpec> = {},
  weights?: readonly (number | undefined)[],
) =>
  scoreDifference(pairedValues(pairSamples(side('b', before, weights), side('a', after, weights)), 'a.s'), {
    ...spec,
    ...own,
  });

test('weighted differences are told by their weighted mean, and each sample by what it adds about it', () => {
  const [before, after] = [
    [0, 0.5, 0.25, 0],
    [1, 0.5, 0.75, 0.5],
  ];
  const { found, column, most, sign } = differenceOf(before!, after!, {}, [1, 3, 4, 0]);
  expect(found!.method).toBe('paired-weighted-ends');
  expect(found!.difference).toBeCloseTo((1 + 4 * 0.5) / 8, 12);
  expect([...column]).toEqual(
    [1 / 8, 3 / 8, 4 / 8, 0].map((share, at) => expect.closeTo(share * ([1, 0, 0.5, 0][at]! - 0.375), 12)),
  );
  expect([most, sign]).toEqual([null, 1]);
});

test.each([
  ['weights of the sides differ', [1, 2], { a: [1, 3] }, {}, 'the sides give samples other weights'],
  ['all weights are 0', [0, 0], {}, {}, /weight/],
  ['a score without bounds has weights', [1, 2], {}, { range: [0, Number.POSITIVE_INFINITY] as const }, /weights/],
] as const)('nothing is said where %s', (_, weights, other, own, why) => {
  const others = 'a' in other ? other.a : weights;
  const pairs = pairSamples(side('b', [0, 1], weights), side('a', [1, 1], others));
  const found = scoreDifference(pairedValues(pairs, 'a.s'), { ...spec, ...own });
  expect(found.found).toBeNull();
  expect(found.most).toBeNull();
  expect(found.caveat).toMatch(why);
});

test('a score outside its range by more than rounding says nothing', () => {
  expect(isOutside([0, 1 + 1e-10], [0, 1])).toBe(false);
  expect([isOutside([1 + 1e-8], [0, 1]), isOutside([-1e-8], [0, 1]), isOutside([-1e-10], [0, 1])]).toEqual([
    true,
    true,
    false,
  ]);
  expect(isOutside([-1], [0, Number.POSITIVE_INFINITY])).toBe(true);
  expect(isOutside([], [0, 1])).toBe(false);
  for (const [before, after] of [
    [
      [0, 2],
      [0, 1],
    ],
    [
      [0, 1],
      [0, 2],
    ],
  ] as const)
    expect(differenceOf(before, after)).toMatchObject({ found: null, caveat: 'a score lies outside its range', n: 2 });
});

test('the greatest change is the range’s width, or what the config vouches for and every sample keeps to', () => {
  const of = (own: Partial<ScoreSpec>, ...differences: number[]) => {
    const sums = new ScorePairSums();
    for (const difference of differences) sums.add(0, difference);
    return greatestChange({ ...spec, ...own }, () => sums.differences.moments);
  };
  expect(of({}, 0.5)).toEqual({ most: 1 });
  expect(of({ maxChange: 0.5 })).toEqual({ most: 1 });
  expect(of({ maxChange: 0.5 }, 0.5, -0.5)).toEqual({ most: 0.5 });
  expect(of({ maxChange: 3 }, 0.5)).toEqual({ most: 1 });
  expect(of({ maxChange: 0.5 }, 0.1, -0.625)).toEqual({
    most: 1,
    caveat: 'max_change 0.5 is not used: a sample changed by 0.625',
  });
});

test('a score without bounds is compared by the median, one with an ideal by how far it is from it', () => {
  const open = differenceOf([10, 20, 30, 40, 50, 60, 70], [11, 22, 33, 44, 55, 66, 77], {
    range: [0, Number.POSITIVE_INFINITY],
    better: 'lower',
  });
  expect(open).toMatchObject({ measure: 'median of the differences', sign: -1, most: null });
  expect(open.found).toMatchObject({ method: 'paired-median', difference: 4 });
  const ideal = differenceOf([0.9, 0.8, 1], [0.5, 0.6, 0.4], { better: { target: 0.5 } });
  expect(ideal).toMatchObject({ measure: 'distance from 0.5', sign: -1, most: null });
  expect(ideal.found!.difference).toBeCloseTo(-0.4, 12);
  const endless = differenceOf([1], [2], { better: { target: 0.5 }, range: [0, Number.POSITIVE_INFINITY] });
  expect(endless).toMatchObject({ found: null, caveat: 'no range is known' });
  expect(differenceOf([0, 1], [1, 1])).toMatchObject({ most: 1, sign: 1, ends: 1.25 });
});

test('sums say what the samples themselves do', () => {
  const [before, after] = [
    [0, 0.5, 1, 0.25],
    [0.5, 0.25, 1, 1],
  ];
  const sums = new ScorePairSums();
  for (const [at, value] of before!.entries()) sums.add(value, after![at]!);
  sums.add(Number.NaN, 1);
  sums.add(0, Number.NaN);
  sums.add(Number.NaN, Number.NaN);
  sums.addAlone(true, false);
  sums.addAlone(false, true);
  sums.addAlone(false, true);
  sums.addAlone(false, false);
  expect(sums.leftOut).toEqual({ onlyBaseline: 1, onlyCandidate: 2, unscoredBaseline: 2, unscoredCandidate: 2 });
  expect(sums.extremes).toEqual([0, 1]);
  const [summed, plain] = [summedScoreDifference(sums, spec), differenceOf(before!, after!)];
  expect([summed.n, summed.sign, summed.most, summed.ends]).toEqual([plain.n, plain.sign, plain.most, plain.ends]);
  expect(summed.found!.interval()).toEqual(plain.found!.interval());
  expect(summedScoreDifference(sums, { ...spec, better: 'lower' }, 0.001)).toMatchObject({ sign: -1 });
  expect(summedScoreDifference(sums, spec, 0.001).ends).toBeGreaterThan(1.25);
  expect(new ScorePairSums().extremes).toEqual([]);
  expect(summedScoreDifference(sums, { ...spec, range: [0, 0.75] })).toMatchObject({
    found: null,
    most: null,
    caveat: 'a score lies outside its range',
  });
  expect(summedScoreDifference(sums, { ...spec, maxChange: 0.1 }).caveat).toContain('max_change 0.1 is not used');
  expect([isSummable(spec), isSummable({ ...spec, better: { target: 1 } })]).toEqual([true, false]);
});

const row = (score: string, own: Partial<ScoreSpec> = {}, changes: Partial<ScoreSummary> = {}) =>
  ({
    model: 'm',
    algorithm: 'a',
    score,
    category: null,
    from: 'mean',
    value: 0.5,
    spec: { ...spec, ...own },
    ...changes,
  }) as ScoreSummary;

test('of scores that nothing marks the first of each algorithm is primary', () => {
  const primary = (scores: readonly ScoreSummary[]) =>
    comparableScores(scores).map(({ score, spec: { primary: marked }, from }) => [score, marked === true, from]);
  expect(primary([row('s'), row('t'), row('u', {}, { algorithm: 'b' })])).toEqual([
    ['s', true, undefined],
    ['t', false, undefined],
    ['u', true, undefined],
  ]);
  expect(primary([row('s'), row('t', { primary: true })])).toEqual([
    ['s', false, undefined],
    ['t', true, undefined],
  ]);
  // A figure over all samples is never the first, and a score is listed once, whatever models and categories have it.
  expect(
    primary([
      row('c', {}, { from: 'aggregate' }),
      row('s'),
      row('s', {}, { model: 'n' }),
      row('s', {}, { category: 'x' }),
    ]),
  ).toEqual([
    ['c', false, 'aggregate'],
    ['s', true, undefined],
  ]);
  expect(comparableScores([])).toEqual([]);
});

test('a correction that is known for every model decides in place of what it corrects', () => {
  const judge = row('judge', { primary: true });
  const fixed = row('fixed', { corrects: 'judge' }, { from: 'aggregate' });
  const primary = (scores: readonly ScoreSummary[]) =>
    comparableScores(scores).flatMap(({ score, spec: { primary: marked } }) => (marked === true ? [score] : []));
  expect(primary([judge, fixed])).toEqual(['fixed']);
  expect(primary([judge, { ...fixed, value: null }])).toEqual(['judge']);
  expect(primary([judge])).toEqual(['judge']);
  expect(primary([row('judge'), row('first', { primary: true }), fixed])).toEqual(['first']);
  expect(correctedRow([judge, fixed], judge)).toBe(fixed);
  for (const other of [{ algorithm: 'b' }, { category: 'x' }, { model: 'n' }])
    expect(correctedRow([judge, { ...fixed, ...other }], judge)).toBeUndefined();
  expect(correctedRow([judge, fixed, { ...fixed, model: 'n', value: null }], judge)).toBeUndefined();
});

test('where no score is marked all are asked for; figures over all samples are none of single ones', () => {
  const [s, c] = [
    { algorithm: 'a', score: 's', spec },
    { algorithm: 'a', score: 'c', spec, from: 'aggregate' } as const,
  ];
  expect(askedScores([s, c]).map(({ spec: { primary } }) => primary)).toEqual([true, true]);
  const one = [{ ...s, spec: { ...spec, primary: true as const } }, c];
  expect(askedScores(one)).toBe(one);
  expect(sampleScores([s, c])).toEqual([s]);
});

test('what CI says of itself decides what an open gate means, unless the config does', () => {
  const of = (CI: string | undefined) => inconclusivePolicy(undefined, CI === undefined ? {} : { CI });
  expect([of(undefined), of(''), of('false'), of('0'), of('1'), of('true')]).toEqual([
    ...['warn', 'warn', 'warn', 'warn', 'fail', 'fail'],
  ]);
  expect(gatesOutcome([], 'fail')).toBe('passed');
  expect(gatesOutcome([{ status: 'failed' }, { status: 'inconclusive' }], 'fail')).toBe('failed');
  expect(NONE).toEqual(differenceOf([0], [1]).leftOut);
});
