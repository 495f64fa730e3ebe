import { expect, test } from 'vitest';
import type { ScoreSpec } from '../algorithms/algorithm.ts';
import { type ModelScores, pairedValues } from './aligned-scores.ts';
import { compareCategories, compareModels, mostChanged } from './compare-models.ts';

const binary: ScoreSpec = { range: [0, 1], better: 'higher', kind: 'binary', summary: '' };
const bounded: ScoreSpec = { range: [0, 1], better: 'higher', kind: 'bounded', summary: '' };
const lower: ScoreSpec = { range: [0, 1], better: 'lower', kind: 'bounded', summary: '' };

function model(
  name: string,
  values: readonly number[],
  category: (at: number) => string | null = () => null,
): ModelScores {
  return {
    model: name,
    samples: new Map(
      values.map((value, at) => [
        `${at}#0`,
        { index: at, category: category(at), input: `q${at}`, scores: { 'a.s': value } },
      ]),
    ),
  };
}

const compare = (before: readonly number[], after: readonly number[], spec: ScoreSpec) =>
  compareModels(model('before', before), model('after', after), [{ algorithm: 'a', score: 's', spec }])[0]!;

test('samples align by content, whatever their order and whatever else a run holds', () => {
  const before = model('b', [0, 1, 0, 1]);
  const after: ModelScores = { model: 'a', samples: new Map([...model('a', [1, 1, 1, 0, 1]).samples].reverse()) };
  const { baseline, candidate } = pairedValues(before, after, 'a.s');
  expect([...baseline]).toEqual([0, 1, 0, 1]);
  expect([...candidate]).toEqual([1, 1, 1, 0]);
});

test('a clear difference of 0/1 scores is found by the exact McNemar test', () => {
  const before = Array.from({ length: 40 }, (_, at) => (at < 10 ? 1 : 0));
  const after = Array.from({ length: 40 }, (_, at) => (at < 25 ? 1 : 0));
  expect(compare(before, after, binary)).toMatchObject({
    verdict: 'better',
    test: 'exact McNemar',
    difference: 0.375,
    n: 40,
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
  const rows = compareCategories(model('b', before, category), model('a', after, category), [
    { algorithm: 'a', score: 's', spec: binary },
  ]);
  expect(rows.map((row) => [row.category, row.verdict])).toEqual([
    ['even', 'better'],
    ['odd', 'cannot tell'],
  ]);
});

test('the samples that moved most come first', () => {
  expect(
    mostChanged(model('b', [0.1, 0.5, 0.9]), model('a', [0.2, 0.5, 0.1]), 'a.s', 2).map(({ index }) => index),
  ).toEqual([2, 0]);
});
