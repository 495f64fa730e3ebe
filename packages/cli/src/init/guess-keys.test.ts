import { expect, test } from 'vitest';
import { guessKeys } from './guess-keys.ts';

test.each([
  [
    ['id', 'question', 'answer', 'topic'],
    { model_input_key: 'question', target_output_key: 'answer', category_key: 'topic' },
  ],
  [['Prompt', 'Label'], { model_input_key: 'Prompt', target_output_key: 'Label' }],
  [
    ['question', 'text', 'output', 'reference'],
    { model_input_key: 'question', target_output_key: 'reference', model_output_key: 'output' },
  ],
  [['a', 'b'], {}],
])('of the columns %j it takes %j', (columns, keys) => expect(guessKeys(columns, {})).toEqual(keys));

test('a key that is given goes first, and its column is not taken twice', () => {
  expect(guessKeys(['question', 'answer'], { target_output_key: 'question' })).toEqual({
    target_output_key: 'question',
  });
});
