import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileText } from '../../test/hostile-text.ts';
import { TokenBuffer } from '../kernels/token-buffer.ts';
import { Vocabulary } from '../kernels/vocabulary.ts';
import type { NltkVersion } from './nltk-dialect.ts';
import { NltkScanner } from './nltk-scanner.ts';
import { nltkTokeniser } from './nltk-tokeniser.ts';

/** Texts of pieces that Punkt and the Treebank rules look at, glued in every way. */
const trickyText = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(' ', ' ', ' ', '\n', '\u00a0', '\u2028', '  ') },
      fc.constantFrom(
        'foo',
        'Bar',
        'Mr',
        'e.g',
        'U.S',
        'A',
        '1',
        '3.14',
        'cannot',
        "don't",
        "'tis",
        "'s",
        'gonna',
        'wanna',
      ),
      fc.constantFrom(
        '.',
        '.',
        '!',
        '?',
        '..',
        '...',
        '"',
        "'",
        "''",
        '``',
        ')',
        '(',
        ']',
        '>',
        ',',
        ':',
        '--',
        '-',
        '—',
      ),
      fc.constantFrom(
        '“',
        '”',
        '‘',
        '’',
        '«',
        '»',
        '😀',
        '\ud800',
        'é',
        'ſ',
        'İ',
        'The',
        'Who',
        'Inc',
        '@',
        '%',
        '*',
        '\x1c',
      ),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

describe.each<NltkVersion>(['3.10.4', '3.9.1'])('the scanner for nltk %s', (version) => {
  const readable = nltkTokeniser({ version });
  const vocabulary = new Vocabulary();
  const scanner = new NltkScanner(vocabulary, { version });
  const buffer = new TokenBuffer();

  function scan(text: string): string[] {
    vocabulary.trim();
    scanner.trim();
    scanner.scan(text, buffer);
    return Array.from(buffer.ids.subarray(0, buffer.length), (id) => vocabulary.token(id));
  }

  test.each([
    ['text of tricky pieces', trickyText],
    ['hostile text', hostileText],
  ])('gives the lower-cased words of the readable tokeniser on %s', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(scan(text)).toEqual(readable.tokenise(text).map((token) => token.toLowerCase()));
      }),
      { numRuns: 3000 },
    );
  });

  test('forgets its tables together with the vocabulary', () => {
    for (let i = 0; i < 140_000; i++) vocabulary.intern(`word${i}`);
    expect(scan('He left. Then (we) met.')).toEqual(['he', 'left', '.', 'then', '(', 'we', ')', 'met', '.']);
  });
});
