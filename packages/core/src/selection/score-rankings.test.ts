import { expect, test } from 'vitest';
import type { Comparison } from '../results/summary.ts';
import { rankingsOf } from './score-rankings.ts';

const pair = (baseline: string, candidate: string, verdict: Comparison['verdict'], score = 's') =>
  ({ algorithm: 'a', score, baseline, candidate, verdict }) as Comparison;
const scored = (better: 'higher' | 'lower' | { target: number }) => ({
  algorithm: 'a',
  score: 's',
  spec: { range: [0, 1], better, kind: 'bounded', summary: '' } as const,
});
const places = (
  values: Readonly<Record<string, number | null>>,
  better: 'higher' | 'lower' | { target: number } = 'higher',
) => {
  const comparisons = [pair('x', 'y', 'better'), pair('x', 'z', 'better'), pair('y', 'z', 'cannot tell')];
  const others = [pair('y', 'z', 'worse', 'other')];
  return rankingsOf(Object.keys(values), [scored(better)], [...comparisons, ...others], (model) => ({
    value: values[model] ?? null,
    n: 9,
  }))[0]!.ranks.map(({ model, best, worst, value }) => [model, best, worst, value]);
};

test('models that cannot be told apart share places, the one that looks better first', () => {
  expect(places({ x: 0.2, y: 0.5, z: 0.6 })).toEqual([
    ['z', 1, 2, 0.6],
    ['y', 1, 2, 0.5],
    ['x', 3, 3, 0.2],
  ]);
});

test('which looks better is a matter of the score’s direction, or of its ideal', () => {
  const models = (found: readonly (readonly unknown[])[]) => found.map(([model]) => model);
  expect(models(places({ x: 0.9, y: 0.5, z: 0.6 }, 'lower'))).toEqual(['y', 'z', 'x']);
  expect(models(places({ x: 0.9, y: 0.2, z: 0.6 }, { target: 0.5 }))).toEqual(['z', 'y', 'x']);
});

test('a model without a value has no place', () => {
  expect(places({ x: 0.2, y: 0.5, z: null })).toEqual([
    ['y', 1, 1, 0.5],
    ['x', 2, 2, 0.2],
  ]);
});
