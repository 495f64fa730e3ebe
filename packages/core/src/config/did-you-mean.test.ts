import fc from 'fast-check';
import { expect, test } from 'vitest';
import { didYouMean } from './did-you-mean.ts';

test('a slip of the pen finds the word that was meant', () => {
  const keys = ['prompt_template', 'model_input_key', 'target_output_key'];
  expect(didYouMean('promt_template', keys)).toBe('prompt_template');
  expect(didYouMean('modelInputKey', keys)).toBe('model_input_key');
  expect(didYouMean('target_ouptut_key', keys)).toBe('target_output_key');
});

test('a word unlike any finds nothing', () => {
  expect(didYouMean('zebra', ['prompt_template', 'name'])).toBeUndefined();
  expect(didYouMean('x', ['name'])).toBeUndefined();
});

test('a word is its own nearest, whatever else is there', () => {
  const word = fc.stringMatching(/^[a-z]{3,12}$/);
  fc.assert(
    fc.property(word, fc.array(word), (known, others) => {
      expect(didYouMean(known, [...others, known])).toBe(known);
    }),
  );
});
