import { codePointLength } from './code-point-length.ts';
import { longestCommonSubsequence } from './longest-common-subsequence.ts';

/**
 * Indel distance by code point: the fewest insertions and deletions (no replacement) that turn one string into the other.
 * @returns an integer in [0, |a| + |b|]
 */
export function indelDistance(a: string, b: string): number {
  return codePointLength(a) + codePointLength(b) - 2 * longestCommonSubsequence(a, b);
}

/** 1 − indel / (|a| + |b|), in [0, 1]: rapidfuzz's `Indel.normalized_similarity`; 1 when both are empty. */
export function indelSimilarity(a: string, b: string): number {
  const longest = codePointLength(a) + codePointLength(b);
  return longest === 0 ? 1 : 1 - indelDistance(a, b) / longest;
}
