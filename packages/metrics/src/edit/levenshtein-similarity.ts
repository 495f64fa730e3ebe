import { codePointLength } from './code-point-length.ts';
import { levenshteinDistance } from './levenshtein-distance.ts';

/** Levenshtein distance over the longer length, in [0, 1]: rapidfuzz's `normalized_distance`; 0 when both are empty. */
export function normalisedLevenshteinDistance(a: string, b: string): number {
  const longest = Math.max(codePointLength(a), codePointLength(b));
  return longest === 0 ? 0 : levenshteinDistance(a, b) / longest;
}

/** 1 − the normalised Levenshtein distance, in [0, 1]; 1 when both are empty. */
export function levenshteinSimilarity(a: string, b: string): number {
  return 1 - normalisedLevenshteinDistance(a, b);
}
