import { expect, test } from 'vitest';
import { ALGORITHMS } from './algorithm-table.ts';
import { recordedChoice } from './right-choice.ts';

test.each([
  ['letter', 'B'],
  ['index', '1'],
  ['choice', 'Seine'],
])('the right choice of a kept sample is read as its run read it: by %s', (reading, written) => {
  const algorithm = ALGORITHMS.get('multiple_choice')!;
  const signature = algorithm.signature(algorithm.options.parse({ answer_as: reading, separator: '"\\ ' }));
  const features = { choices: ['Rhine', 'Seine'], answer_index: written };
  expect(recordedChoice(features, [{ signature: 'other|v1' }, { signature }])).toEqual({ right: 1, separator: '"\\ ' });
});
