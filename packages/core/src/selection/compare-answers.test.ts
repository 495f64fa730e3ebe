import { expect, test } from 'vitest';
import type { SampleRow } from '../results/summary.ts';
import { compareAnswers } from './compare-answers.ts';

const row = (model: string, index: number, output: string | null, score?: number): SampleRow => ({
  model,
  index,
  digest: String(index),
  category: null,
  cluster: null,
  state: output === null ? 'failed' : 'scored',
  input: `q${index}`,
  target: null,
  output,
  variants: {},
  scores: score === undefined ? {} : { 'a.s': score },
  unscored: {},
  error: null,
  elapsedMs: 1,
});

async function* rows(...all: SampleRow[]): AsyncGenerator<SampleRow> {
  yield* all;
}

test('rows are paired by model and position, in order, whatever order they were finished in', async () => {
  const pairs = await compareAnswers(
    rows(row('b', 0, 'x', 1), row('a', 10, 'x', 1), row('a', 2, 'x', 0.5)),
    rows(row('a', 2, 'y', 0.25), row('a', 10, 'x', 1), row('b', 0, 'x', 1)),
  );
  expect(pairs.map(({ model, index, isSameAnswer }) => [model, index, isSameAnswer])).toEqual([
    ['a', 2, false],
    ['a', 10, true],
    ['b', 0, true],
  ]);
  expect(pairs[0]!.differences).toEqual({ 'a.s': -0.25 });
});

test('a sample that one side lacks is left out, and two failures are not the same answer', async () => {
  const pairs = await compareAnswers(rows(row('a', 0, null), row('a', 1, 'x')), rows(row('a', 0, null, 1)));
  expect(pairs).toMatchObject([{ index: 0, isSameAnswer: false, differences: {}, states: ['failed', 'failed'] }]);
});
