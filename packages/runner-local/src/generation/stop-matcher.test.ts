import { expect, it } from 'vitest';
import { stopIndex, tokensToStop } from './stop-matcher.ts';

it('the first of several stop strings counts', () => {
  expect(stopIndex('one\ntwo END', ['END', '\n'])).toBe(3);
  expect(stopIndex('nothing here', ['END'])).toBe(-1);
});

it('an empty stop string stops nothing', () => {
  expect(stopIndex('text', [''])).toBe(-1);
});

it('counts the tokens up to the one that completes a stop string', () => {
  const pieces = ['The', ' end', ' is', ' near'];
  const decode = (tokens: readonly number[]) => tokens.map((token) => pieces[token]).join('');
  expect(tokensToStop([0, 1, 2, 3], decode, ['nd i'])).toBe(3);
  expect(tokensToStop([0, 1, 2, 3], decode, ['far'])).toBe(4);
});
