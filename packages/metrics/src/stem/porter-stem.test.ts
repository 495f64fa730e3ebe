import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostileText } from '../../test/hostile-text.ts';
import { porterStem } from './porter-stem.ts';

test('the three modes differ where nltk says they do', () => {
  const stems = (word: string) =>
    (['NLTK_EXTENSIONS', 'MARTIN_EXTENSIONS', 'ORIGINAL_ALGORITHM'] as const).map((mode) => porterStem(word, { mode }));
  expect(stems('dying')).toEqual(['die', 'dy', 'dy']);
  expect(stems('flies')).toEqual(['fli', 'fli', 'fli']);
  expect(stems('ties')).toEqual(['tie', 'ti', 'ti']);
  expect(stems('enjoy')).toEqual(['enjoy', 'enjoi', 'enjoi']);
  expect(stems('as')).toEqual(['as', 'as', 'a']);
});

test('a word is lower-cased first unless told not to', () => {
  expect(porterStem('Running')).toBe('run');
  expect(porterStem('RUNNING', { lowercase: false })).toBe('RUNNING');
});

test('letters are code points, as in Python', () => {
  expect(porterStem('😀ies')).toBe('😀ie');
  expect(porterStem('😀😀ed')).toBe(porterStem('žžed').replaceAll('ž', '😀'));
});

test('any text has a stem no longer than its lower case and one letter', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      for (const mode of ['NLTK_EXTENSIONS', 'MARTIN_EXTENSIONS', 'ORIGINAL_ALGORITHM'] as const) {
        expect(porterStem(text, { mode }).length).toBeLessThanOrEqual(text.toLowerCase().length + 1);
      }
    }),
  );
});
