import { isPythonWhitespace } from '../text/python-whitespace.ts';
import { editKernelFor } from '../wasm/edit-kernels.ts';
import { type ErrorRateMetric, type ErrorRateOptions, errorRateMetric } from './error-rate-metric.ts';
import type { SymbolPair } from './symbol-pair.ts';
import { SymbolTable, symbolsFor } from './symbol-table.ts';

/**
 * Character error rate with its relatives, equal to jiwer 3.1.0's `process_characters`: by code point, spaces included, both
 * ends stripped. Statistics: hits, substitutions, deletions, insertions. Of several references the one with the lowest rate
 * counts.
 * @throws RangeError METRIC_NO_REFERENCE, METRIC_TARGET_EMPTY (a reference without characters)
 */
export function characterErrorRate(options: ErrorRateOptions = {}): ErrorRateMetric {
  const symbols = new SymbolTable();
  return errorRateMetric('cer', 'char', (reference, hypothesis) => writePair(symbols, reference, hypothesis), options);
}

function writePair(symbols: SymbolTable, reference: string, hypothesis: string): SymbolPair {
  const [referenceFrom, referenceTo] = strippedRange(reference);
  const [hypothesisFrom, hypothesisTo] = strippedRange(hypothesis);
  const kernel = editKernelFor(referenceTo - referenceFrom);
  const referenceUnits = referenceTo - referenceFrom;
  kernel.reserve(referenceUnits, hypothesisTo - hypothesisFrom, symbolsFor(referenceUnits));
  return {
    kernel,
    patternLength: symbols.writePattern(reference, referenceFrom, referenceTo, kernel.pattern),
    textLength: symbols.writeText(hypothesis, hypothesisFrom, hypothesisTo, kernel.text),
  };
}

/** What Python's `str.strip` leaves. */
function strippedRange(text: string): readonly [from: number, to: number] {
  let from = 0;
  let to = text.length;
  while (from < to && isPythonWhitespace(text.charCodeAt(from))) from++;
  while (from < to && isPythonWhitespace(text.charCodeAt(to - 1))) to--;
  return [from, to];
}
