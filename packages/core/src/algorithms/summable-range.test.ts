import { expect, test } from 'vitest';
import { z } from 'zod';
import type { SampleRecord } from '../journal/journal-record.ts';
import { Accumulator } from '../results/accumulator.ts';
import { summariseModel } from '../results/summarise.ts';
import { defineAlgorithm } from './algorithm.ts';
import { instantiateAlgorithm } from './instantiate.ts';
import { MOST_SUMMABLE, summableRange } from './summable-range.ts';
import { wrongScore } from './wrong-score.ts';

const huge = defineAlgorithm({
  name: 'huge',
  summary: '',
  options: z.strictObject({}),
  needs: () => [],
  scores: () => ({
    value: { range: [-Number.MAX_VALUE, Number.MAX_VALUE], better: 'higher', kind: 'real', summary: '' },
  }),
  score: () => ({ unscored: 'unused' }),
  signature: () => 'huge|v1',
});

test('an end that no sum can reach is no bound', () => {
  expect(summableRange([0, Number.MAX_VALUE])).toEqual([0, Number.POSITIVE_INFINITY]);
  expect(summableRange([-1e200, 1])).toEqual([Number.NEGATIVE_INFINITY, 1]);
  expect(summableRange([-MOST_SUMMABLE, MOST_SUMMABLE])).toEqual([-MOST_SUMMABLE, MOST_SUMMABLE]);
});

test('scores up to the largest that can be added up are added up, and their summary ends', () => {
  const instance = instantiateAlgorithm('huge', huge, {});
  expect(instance.scores.value!.range).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  const accumulator = new Accumulator([instance]);
  for (const [sample, value] of [MOST_SUMMABLE, -MOST_SUMMABLE, 3].entries()) {
    expect(wrongScore({ value }, instance.scores)).toBeUndefined();
    const record = { kind: 'sample', model: 'm', sample, digest: `${sample}`, state: 'scored' } as const;
    accumulator.add({ ...record, outcomes: { huge: { scores: { value } } } } satisfies SampleRecord);
  }
  const merged = new Accumulator([instance]);
  merged.merge(JSON.parse(JSON.stringify(accumulator.toJSON())));
  const { scores } = summariseModel('m', 'test', merged, [instance]);
  expect(scores[0]).toMatchObject({ n: 3, value: 1, interval: null, intervalMissing: 'unbounded' });
});

test('a larger score is invalid, not a sum that never ends', () => {
  const { scores } = instantiateAlgorithm('huge', huge, {});
  expect(wrongScore({ value: 1e200 }, scores)).toBe('value is 1e+200, too large to be added up exactly');
  expect(wrongScore({ value: -1e200 }, scores)).toContain('too large');
});
