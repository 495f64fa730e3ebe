import { expect, test } from 'vitest';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import { scoreOne } from './score-sample.ts';

function scored(characters: number) {
  const instance = instantiateAlgorithm('translation', ALGORITHMS.get('translation')!, { bertscore: false });
  const text = 'word '.repeat(characters / 5);
  const sample = { index: 0, digest: '0', features: { model_input: 'x', target_output: text }, record: {} };
  const answers = new Map([['original', { kind: 'generate' as const, text, elapsedMs: 0 }]]);
  return scoreOne(instance, sample, answers, new Map());
}

test('texts that would keep a quadratic metric busy for minutes are unscored; shorter ones are scored', () => {
  expect(scored(2_000_000)).toMatchObject({ unscored: 'too_long', detail: expect.stringContaining('pairs') });
  expect(scored(5000)).toHaveProperty('scores');
});
