import { describe, expect, test } from 'vitest';
import { nltkTokeniser } from './nltk-tokeniser.ts';
import type { PunktParameters } from './punkt-parameters.ts';

const nltk = nltkTokeniser();

describe('nltkTokeniser', () => {
  test('cuts clitics, quotes and punctuation from words', () => {
    expect(nltk.tokenise(`"Can't you?" he'd said, wanna-be... $3.88 (OK)`)).toEqual([
      '``',
      'Ca',
      "n't",
      'you',
      '?',
      "''",
      'he',
      "'d",
      'said',
      ',',
      'wanna-be',
      '...',
      '$',
      '3.88',
      '(',
      'OK',
      ')',
    ]);
    expect(nltk.tokenise('I cannot go')).toEqual(['I', 'can', 'not', 'go']);
  });

  test('ends a sentence neither after an abbreviation nor inside a number', () => {
    expect(nltk.sentences('Mr. Smith of the U.S. Army paid 3.5 at 5 p.m. yesterday. He left.')).toEqual([
      'Mr. Smith of the U.S. Army paid 3.5 at 5 p.m. yesterday.',
      'He left.',
    ]);
  });

  test('ends a sentence after an abbreviation before a word that only sentences capitalise', () => {
    expect(nltk.sentences('It closed at 5 p.m. The rest went home.')).toHaveLength(2);
  });

  test('keeps closing quotes with the sentence that they close', () => {
    expect(nltk.sentences('(He ran.) “She stayed.” Then both left.')).toEqual([
      '(He ran.)',
      '“She stayed.”',
      'Then both left.',
    ]);
  });

  test('separates a period only at the end of the line when told that it is one', () => {
    expect(nltk.tokeniseLine('One. Two.')).toEqual(['One.', 'Two', '.']);
  });

  test('takes other parameters, such as those of another language', () => {
    const none: PunktParameters = {
      name: 'none',
      abbreviations: new Set(['usw']),
      sentenceStarters: new Set(),
      collocations: new Set(['s bach']),
      orthography: () => 0,
    };
    const other = nltkTokeniser({ parameters: none });
    expect(other.sentences('Äpfel usw. Birnen. Mr. Johann S. Bach.')).toEqual([
      'Äpfel usw. Birnen.',
      'Mr.',
      'Johann S. Bach.',
    ]);
    expect(other.name).toBe('nltk-3.10.4-none');
  });

  test('differs between the two nltk versions in dashes and opening quotes', () => {
    const old = nltkTokeniser({ version: '3.9.1' });
    expect(nltk.tokenise('a—b')).toEqual(['a', '—', 'b']);
    expect(old.tokenise('a—b')).toEqual(['a—b']);
  });
});
