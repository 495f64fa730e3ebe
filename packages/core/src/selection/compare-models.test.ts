import { expect, test } from 'vitest';
import type { ScoreSpec } from '../algorithms/algorithm.ts';
import type { ScoreSummary } from '../results/summary.ts';
import { sharedScores } from './comparable-scores.ts';
import { compareCategories, compareModels } from './compare-models.ts';
import { type ModelScores, modelScores } from './model-scores.ts';
import { mostChanged, pairedValues, pairSamples } from './sample-pairs.ts';

const binary: ScoreSpec = { range: [0, 1], better: 'higher', kind: 'binary', summary: '' };
const bounded: ScoreSpec = { range: [0, 1], better: 'higher', kind: 'bounded', summary: '' };
const lower: ScoreSpec = { range: [0, 1], better: 'lower', kind: 'bounded', summary: '' };

function model(
  name: string,
  values: readonly (number | undefined)[],
  category: (at: number) => string | null = () => null,
  cluster: (at: number) => string | null = () => null,
): ModelScores {
  return modelScores(
    name,
    values.map((value, index) => ({
      index,
      digest: String(index),
      category: category(index),
      cluster: cluster(index),
      scores: value === undefined ? {} : { 'a.s': value },
    })),
  );
}

const compare = (before: readonly number[], after: readonly number[], spec: ScoreSpec) =>
  compareModels(pairSamples(model('before', before), model('after', after)), [
    { algorithm: 'a', score: 's', spec },
  ])[0]!;

test('samples align by content, whatever their order and whatever else a run holds', () => {
  const before = model('b', [0, 1, 0, 1]);
  const reversed = [1, 1, 1, 0, 1].map((value, at) => ({
    index: 4 - at,
    digest: String(at),
    category: null,
    cluster: null,
    scores: { 'a.s': value },
  }));
  const after = modelScores('a', reversed);
  const { baseline, candidate } = pairedValues(pairSamples(before, after), 'a.s');
  expect([...baseline]).toEqual([0, 1, 0, 1]);
  expect([...candidate]).toEqual([1, 1, 1, 0]);
});

test('a clear difference of 0/1 scores is found, with what would undo it', () => {
  const before = Array.from({ length: 40 }, (_, at) => (at < 10 ? 1 : 0));
  const after = Array.from({ length: 40 }, (_, at) => (at < 25 ? 1 : 0));
  expect(compare(before, after, binary)).toMatchObject({
    verdict: 'better',
    test: 'paired 0/1',
    difference: 0.375,
    n: 40,
    family: 1,
    reason: '40 samples; 6 more whole losses would undo this',
  });
  expect(compare(after, before, binary)).toMatchObject({ verdict: 'worse' });
});

test('where lower is better the verdict turns', () => {
  const before = Array.from({ length: 30 }, (_, at) => 0.5 + (at % 5) / 50);
  const after = before.map((value) => value - 0.2);
  expect(compare(before, after, lower).verdict).toBe('better');
});

test('a small difference says how many samples it would need', () => {
  const before = Array.from({ length: 60 }, (_, at) => (at % 2 === 0 ? 1 : 0));
  const after = before.map((value, at) => (at === 1 || at === 3 ? 1 : at === 2 ? 0 : value));
  const { verdict, reason } = compare(before, after, binary);
  expect(verdict).toBe('cannot tell');
  expect(reason).toMatch(/needs about [\d,]+ samples, and there are 60/);
});

test('no common sample is said, not divided by', () => {
  expect(compare([], [], bounded)).toMatchObject({
    n: 0,
    verdict: 'cannot tell',
    reason: 'no sample has this score on both sides',
  });
});

test('a difference in one category only is found there', () => {
  const category = (at: number) => (at % 2 === 0 ? 'even' : 'odd');
  const before = Array.from({ length: 80 }, () => 0);
  const after = before.map((_, at) => (at % 2 === 0 && at < 60 ? 1 : 0));
  const rows = compareCategories(pairSamples(model('b', before, category), model('a', after, category)), [
    { algorithm: 'a', score: 's', spec: binary },
  ]);
  expect(rows.map((row) => [row.category, row.verdict])).toEqual([
    ['even', 'better'],
    ['odd', 'cannot tell'],
  ]);
});

test('the samples that moved most come first', () => {
  expect(
    mostChanged(pairSamples(model('b', [0.1, 0.5, 0.9]), model('a', [0.2, 0.5, 0.1])), 'a.s', 2).map(
      ({ index }) => index,
    ),
  ).toEqual([2, 0]);
});

test('a comparison counts the samples that it leaves out, by why', () => {
  const before = model('b', [0, undefined, 1, 0, 1]);
  const after = model('a', [1, 1, undefined]);
  const [found] = compareModels(pairSamples(before, after), [{ algorithm: 'a', score: 's', spec: binary }]);
  expect(found).toMatchObject({
    n: 1,
    leftOut: { onlyBaseline: 2, onlyCandidate: 0, unscoredBaseline: 1, unscoredCandidate: 1 },
  });
});

test('the 0/1 method is for differences of a whole step, whatever each side looks like', () => {
  const before = [0.5, 0.25, 0.75, 0.5, 0.5, 0];
  const after = [1, 1, 0, 1, 1, 1];
  expect(compare(before, after, binary).test).toBe('paired');
  expect(compare([0, 0, 1, 0, 0, 0], after, bounded).test).toBe('paired 0/1');
});

test('samples of one cluster count together, and few clusters tell little', () => {
  const cluster = (at: number) => `passage ${Math.floor(at / 20)}`;
  const before = Array.from({ length: 60 }, () => 0);
  const after = before.map(() => 1);
  const clustered = (own: typeof cluster | undefined) =>
    compareModels(pairSamples(model('b', before, undefined, own), model('a', after)), [
      { algorithm: 'a', score: 's', spec: binary },
    ])[0]!;
  expect(clustered(undefined)).toMatchObject({ verdict: 'better', test: 'paired 0/1' });
  expect(clustered(cluster)).toMatchObject({ verdict: 'cannot tell', test: 'paired, by cluster' });
  const one = clustered(() => 'one passage');
  expect(one).toMatchObject({
    verdict: 'cannot tell',
    adjustedInterval: [-1, 1],
    reason: 'all samples are of one cluster, which says nothing of others',
  });
});

test('a score with an ideal is better only where it is nearer, on whichever side', () => {
  const ideal: ScoreSpec = { range: [0, 1], better: { target: 0.5 }, kind: 'binary', summary: '' };
  const share = (ones: number, from = 0) =>
    Array.from({ length: 200 }, (_, at) => ((at + 200 - from) % 200 < ones ? 1 : 0));
  expect(compare(share(160), share(110), ideal)).toMatchObject({
    verdict: 'better',
    measure: 'distance from 0.5',
    test: 'paired 0/1, distance from 0.5',
  });
  expect(compare(share(110), share(160), ideal).verdict).toBe('worse');
  expect(compare(share(40), share(100), ideal).verdict).toBe('better');
  // 0.70 and 0.31: the means differ beyond doubt, their distances do not.
  const across = compare(share(140), share(62), ideal);
  expect(across).toMatchObject({ verdict: 'cannot tell', difference: expect.closeTo(-0.01, 10) });
  expect(across.interval![0]).toBeLessThan(0);
  expect(across.interval![1]).toBeGreaterThan(0);
});

test('scores that one run lacks are not compared, nor counted among those that are', () => {
  const rows = (...names: string[]) => ({
    scores: names.map((score) => ({ algorithm: 'a', score, spec: binary, from: 'mean' }) as ScoreSummary),
  });
  const names = (wanted?: string) =>
    sharedScores([rows('s', 't'), rows('s', 't', 'u'), rows('u', 't', 's')], wanted).map(({ score }) => score);
  expect([names(), names('a.s'), names('t'), names('u')]).toEqual([['t', 's'], ['s'], ['t'], []]);
  // What is asked for gets a verdict.
  expect(sharedScores([rows('s', 't'), rows('s', 't')], 't')[0]!.spec.primary).toBe(true);
});
