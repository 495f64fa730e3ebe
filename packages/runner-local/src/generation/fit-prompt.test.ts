import { expect, it } from 'vitest';
import { fitPrompt } from './fit-prompt.ts';

const TOKENS = [1, 2, 3, 4, 5, 6];

it('a prompt that fits stays whole', () => {
  expect(fitPrompt(TOKENS, 6, 'error')).toEqual(TOKENS);
});

it('a prompt that does not fit is refused, or cut on the left or in the middle', () => {
  expect(fitPrompt(TOKENS, 3, 'error')).toBeNull();
  expect(fitPrompt(TOKENS, 3, 'left')).toEqual([4, 5, 6]);
  expect(fitPrompt(TOKENS, 3, 'middle')).toEqual([1, 2, 6]);
  expect(fitPrompt(TOKENS, 4, 'middle')).toEqual([1, 2, 5, 6]);
});
