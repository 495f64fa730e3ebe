import { longEditKernel } from '../wasm/edit-kernels.ts';
import { codePointLength } from './code-point-length.ts';
import { commonPrefixLength, commonSuffixLength } from './common-affix.ts';
import { shortLevenshtein } from './short-levenshtein.ts';
import { SymbolTable, symbolsFor } from './symbol-table.ts';

const symbols = new SymbolTable();

/**
 * Levenshtein distance by code point: the fewest insertions, deletions and replacements that turn one string into the other.
 * @returns an integer in [0, max(|a|, |b|)]; the other's length when one is empty
 * O(|a| · |b| / 64) time, O(|a| + |b|) memory that is kept for the next call.
 * @see Hyyrö 2003, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances"
 */
export function levenshteinDistance(a: string, b: string): number {
  if (a === b) return 0;
  const prefix = commonPrefixLength(a, b);
  const suffix = commonSuffixLength(a, b, prefix);
  const aLength = a.length - prefix - suffix;
  const bLength = b.length - prefix - suffix;
  const pattern = aLength <= bLength ? a : b;
  const text = aLength <= bLength ? b : a;
  const patternLength = Math.min(aLength, bLength);
  const textLength = Math.max(aLength, bLength);
  if (patternLength === 0) return textLength === 0 ? 0 : codePointLength(text, prefix, prefix + textLength);
  if (patternLength <= 64) {
    const distance = shortLevenshtein(pattern, text, prefix, patternLength, textLength);
    if (distance >= 0) return distance;
  }
  const kernel = longEditKernel();
  kernel.reserve(patternLength, textLength, symbolsFor(patternLength));
  const rows = symbols.writePattern(pattern, prefix, prefix + patternLength, kernel.pattern);
  const columns = symbols.writeText(text, prefix, prefix + textLength, kernel.text);
  return kernel.distance(rows, columns);
}
