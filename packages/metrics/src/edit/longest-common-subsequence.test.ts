import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { similarTexts, unicodeText } from '../../test/arbitrary-text.ts';
import { lcsSlow } from './edit-matrix.slow.ts';
import { indelDistance, indelSimilarity } from './indel-distance.ts';
import { longestCommonSubsequence } from './longest-common-subsequence.ts';

const slow = (a: string, b: string): number => lcsSlow(Array.from(a), Array.from(b));

describe('longestCommonSubsequence', () => {
  test('equals its slow twin', () => {
    fc.assert(fc.property(unicodeText(150), unicodeText(150), (a, b) => longestCommonSubsequence(a, b) === slow(a, b)));
    fc.assert(fc.property(similarTexts(150), ([a, b]) => longestCommonSubsequence(a, b) === slow(a, b)));
  });

  test('equals its slow twin over several stripes', () => {
    const a = 'abcadbce'.repeat(90);
    const b = 'bdaceb'.repeat(110);
    expect(longestCommonSubsequence(a, b)).toBe(slow(a, b));
    expect(longestCommonSubsequence(b, `x${a}`)).toBe(slow(b, `x${a}`));
  });

  test('gives the Indel distance, which two empty texts have none of', () => {
    expect(indelDistance('lewenstein', 'levenshtein')).toBe(3);
    expect(indelSimilarity('', '')).toBe(1);
    expect(indelSimilarity('abc', '')).toBe(0);
  });
});
