import { editKernelFor } from '../wasm/edit-kernels.ts';
import { codePointLength } from './code-point-length.ts';
import { commonPrefixLength, commonSuffixLength } from './common-affix.ts';
import { SymbolTable, symbolsFor } from './symbol-table.ts';

const symbols = new SymbolTable();

/**
 * Length of the longest common subsequence of two strings, by code point.
 * @returns an integer in [0, min(|a|, |b|)]; 0 when either is empty
 * O(|a| · |b| / 64) time.
 * @see Hyyrö 2004, "Bit-parallel LCS-length computation revisited"
 */
export function longestCommonSubsequence(a: string, b: string): number {
  const prefix = commonPrefixLength(a, b);
  const suffix = commonSuffixLength(a, b, prefix);
  const aEnd = a.length - suffix;
  const bEnd = b.length - suffix;
  const shared = codePointLength(a, 0, prefix) + codePointLength(a, aEnd);
  const [pattern, patternEnd, text, textEnd] = aEnd <= bEnd ? [a, aEnd, b, bEnd] : [b, bEnd, a, aEnd];
  const patternUnits = patternEnd - prefix;
  if (patternUnits === 0) return shared;
  const kernel = editKernelFor(patternUnits);
  kernel.reserve(patternUnits, textEnd - prefix, symbolsFor(patternUnits));
  const rows = symbols.writePattern(pattern, prefix, patternEnd, kernel.pattern);
  const columns = symbols.writeText(text, prefix, textEnd, kernel.text);
  return shared + kernel.lcsLength(rows, columns);
}
