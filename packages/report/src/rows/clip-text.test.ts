import { expect, test } from 'vitest';
import { clipText } from './clip-text.ts';

test('a short text is itself', () => {
  expect(clipText('abc', 3)).toBe('abc');
});

test('a long text keeps its beginning and the length of the whole', () => {
  expect(clipText('abcdef', 4)).toEqual(['abcd', 6]);
});

test('a character of two units is not split', () => {
  expect(clipText('abc😀def', 4)).toEqual(['abc', 8]);
});
