import { expect, test } from 'vitest';
import { retrieval } from './retrieval.ts';

function scored(record: object, settings: object = {}, output = '') {
  const sample = { index: 0, digest: 'd', features: { model_input: 'q' }, record: record as Record<string, unknown> };
  const answers = new Map([['original', { kind: 'generate' as const, text: output, elapsedMs: 1 }]]);
  const options = retrieval.options.parse({ relevant_field: 'relevant', k: [2], ...settings });
  return retrieval.score({ sample, answers, helpers: new Map() }, options);
}

test('ids may be texts or numbers, in a list, as grades, or a line each', () => {
  const right = {
    scores: { ndcg_at_2: expect.any(Number), recall_at_2: 0.5, precision_at_2: 0.5, reciprocal_rank: 0.5 },
  };
  expect(scored({ relevant: [2, 7], found: ['1', '2', '7'] }, { retrieved_field: 'found' })).toEqual(right);
  expect(scored({ relevant: { '2': 1, '7': 3, '9': 0 } }, {}, '["9", "2"]')).toEqual(right);
  expect(scored({ relevant: '2\n7' }, {}, '1\n2\n')).toEqual(right);
});

test('a row without relevant ids, or with something else, is not scored, with the reason', () => {
  expect(scored({ relevant: [] })).toEqual({ unscored: 'nothing_relevant' });
  expect(scored({ relevant: { a: 0 } })).toEqual({ unscored: 'nothing_relevant' });
  expect(scored({})).toEqual({ unscored: 'relevant_unreadable' });
  expect(scored({ relevant: { a: 'much' } })).toEqual({ unscored: 'relevant_unreadable' });
  expect(scored({ relevant: ['a'] }, {}, '["a"')).toEqual({ unscored: 'retrieved_unreadable' });
  expect(scored({ relevant: ['a'], found: { a: 1 } }, { retrieved_field: 'found' })).toEqual({
    unscored: 'retrieved_unreadable',
  });
});

test('a list in the row needs no answer of a model', () => {
  const sample = { index: 0, digest: 'd', features: { model_input: 'q' }, record: {} };
  const options = (more: object) => retrieval.options.parse({ relevant_field: 'relevant', ...more });
  expect(retrieval.modelAsks!(sample, options({ retrieved_field: 'found' }), 0)).toEqual([]);
  expect(retrieval.modelAsks!(sample, options({}), 0)).toHaveLength(1);
});
