import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { similarTexts, unicodeText } from '../../test/arbitrary-text.ts';
import { levenshteinSlow } from './edit-matrix.slow.ts';
import { levenshteinDistance } from './levenshtein-distance.ts';
import { levenshteinSimilarity, normalisedLevenshteinDistance } from './levenshtein-similarity.ts';

describe('levenshteinDistance', () => {
  test('counts the edits of the textbook example', () => {
    expect(levenshteinDistance('kitten', 'sitting')).toBe(3);
  });

  test('counts an emoji as one character, and half of one as another', () => {
    expect(levenshteinDistance('\ud83d\ude00', '\ud83d\ude01')).toBe(1);
    expect(levenshteinDistance('\ud83d\ude00', '\ud83d')).toBe(1);
    expect(levenshteinDistance('a\ud83d\ude00', '')).toBe(2);
  });

  test('equals its slow twin on short and on similar texts', () => {
    fc.assert(
      fc.property(unicodeText(80), unicodeText(80), (a, b) => levenshteinDistance(a, b) === levenshteinSlow(a, b)),
    );
    fc.assert(fc.property(similarTexts(90), ([a, b]) => levenshteinDistance(a, b) === levenshteinSlow(a, b)));
  });

  test.each([31, 32, 33, 63, 64, 65, 66, 127, 129, 193, 256, 257, 300, 521])(
    'equals its slow twin where words and stripes end: %i characters',
    (length) => {
      const a = `x${'abcab'.repeat(length).slice(0, length - 2)}y`;
      const b = `z${'bcaab'.repeat(length).slice(0, length)}w`;
      expect(levenshteinDistance(a, b)).toBe(levenshteinSlow(a, b));
    },
  );

  test('is exact for long texts, where it narrows the band by a first estimate', () => {
    const a = `start ${'the quick brown fox '.repeat(130)} end`;
    const moved = a.slice(1200) + a.slice(0, 1200);
    const dropped = a.replaceAll(/q/g, '').slice(300);
    expect(levenshteinDistance(a, moved)).toBe(levenshteinSlow(a, moved));
    expect(levenshteinDistance(a, dropped)).toBe(levenshteinSlow(a, dropped));
  });

  test('is a metric: identity, symmetry, triangle inequality', () => {
    fc.assert(
      fc.property(unicodeText(70), unicodeText(70), unicodeText(70), (a, b, c) => {
        expect(levenshteinDistance(a, a)).toBe(0);
        expect(levenshteinDistance(a, b)).toBe(levenshteinDistance(b, a));
        expect(levenshteinDistance(a, c)).toBeLessThanOrEqual(levenshteinDistance(a, b) + levenshteinDistance(b, c));
      }),
    );
  });

  test('normalises by the longer text, and calls two empty texts equal', () => {
    expect(normalisedLevenshteinDistance('ab', 'abcd')).toBe(0.5);
    expect(normalisedLevenshteinDistance('', '')).toBe(0);
    expect(levenshteinSimilarity('', 'a')).toBe(0);
  });
});
