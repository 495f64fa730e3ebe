import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shorten, wrapped } from './fit-text.ts';

test('a name is cut in the middle, and both ends stay', () => {
  expect(shorten('SmolLM2-135M-Instruct / formal', 16)).toBe('SmolLM2-… formal');
  expect(shorten('short', 16)).toBe('short');
});

test('a cut text never takes more columns than it may', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, width) => {
      expect([...shorten(text, width)].length).toBeLessThanOrEqual(Math.max(width, 0));
    }),
  );
});

test('words are put on lines that fit, and none is lost', () => {
  expect(wrapped('one two three four', 11, '  ')).toEqual(['  one two', '  three', '  four']);
});
