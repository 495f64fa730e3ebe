import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beside, nameAnd, shorten, wrapped } from './fit-text.ts';

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

test('words stand beside their label, and go on below the first of them', () => {
  expect(beside('cost   ', 'one two three', 40)).toBe('cost   one two three');
  expect(beside('cost   ', 'one two three', 15)).toBe('cost   one two\n       three');
  expect(beside('a label that is long ', 'one two', 20)).toBe('a label that is long\n          one two');
  expect(beside('cost   ', '', 20)).toBe('cost');
});

test('a name stays whole, and what does not fit beside it stands below', () => {
  expect(nameAnd('short', 8, 'facts', 20)).toBe('short   facts');
  expect(nameAnd('a longer name', 8, 'facts', 20)).toBe('a longer name\n    facts');
  expect(nameAnd('chosen   ', 0, 'for a reason', 20)).toBe('chosen\n    for a reason');
});
