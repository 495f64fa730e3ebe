import { expect, test } from 'vitest';
import type { ScoreOutcome, ScoreSpec } from '../algorithms/algorithm.ts';
import { reducedSpecs, reduceRepeats } from './reduce-repeats.ts';

const passed: ScoreSpec = { range: [0, 1], better: 'higher', kind: 'binary', summary: '' };
const length: ScoreSpec = { range: [0, Number.POSITIVE_INFINITY], better: 'lower', kind: 'real', summary: '' };
const specs = { passed, length };
const of = (...values: readonly (readonly [number, number])[]): ScoreOutcome[] =>
  values.map(([pass, size]) => ({ scores: { passed: pass, length: size } }));

test('mean is over the repeats that were scored', () => {
  const outcomes = [...of([1, 4], [0, 8]), { unscored: 'failed' }];
  expect(reduceRepeats(outcomes, 'mean', specs)).toEqual({ scores: { passed: 0.5, length: 6 } });
});

test('majority is the most frequent value, the first of equals', () => {
  expect(reduceRepeats(of([0, 1], [1, 2], [1, 1]), 'majority', specs)).toEqual({ scores: { passed: 1, length: 1 } });
  expect(reduceRepeats(of([0, 2], [1, 1]), 'majority', specs)).toEqual({ scores: { passed: 0, length: 2 } });
});

test('pass@k is the unbiased estimate for scores that pass or fail, the mean for others', () => {
  expect(reduceRepeats(of([1, 3], [0, 3], [0, 6]), 'pass@2', specs)).toEqual({
    scores: { passed: expect.closeTo(2 / 3, 14), length: 4 },
  });
  expect(reduceRepeats([...of([1, 3]), { unscored: 'failed' }], 'pass@1', specs)).toEqual({
    scores: { passed: 1, length: 3 },
  });
  const lost = [...of([1, 3]), { unscored: 'failed' }, { unscored: 'failed' }];
  expect(reduceRepeats([lost[1]!, ...lost], 'pass@2', specs)).toEqual({
    unscored: 'too_few_repeats(1)',
  });
});

test('a sample of which no repeat was scored keeps the first reason', () => {
  expect(reduceRepeats([{ unscored: 'empty_target' }, { unscored: 'failed' }], 'mean', specs)).toEqual({
    unscored: 'empty_target',
  });
});

test('a mean of passes is no longer 0 or 1', () => {
  expect(reducedSpecs(specs, { times: 3, reducer: 'mean' }).passed!.kind).toBe('bounded');
  expect(reducedSpecs(specs, { times: 3, reducer: 'majority' }).passed!.kind).toBe('binary');
  expect(reducedSpecs(specs, { times: 1, reducer: 'mean' })).toBe(specs);
});
