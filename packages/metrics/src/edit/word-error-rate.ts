import type { Tokeniser } from '../text/tokenisers.ts';
import { editKernelFor } from '../wasm/edit-kernels.ts';
import { type ErrorRateMetric, type ErrorRateOptions, errorRateMetric } from './error-rate-metric.ts';
import { JiwerWords } from './jiwer-words.ts';
import type { SymbolPair } from './symbol-pair.ts';

export interface WordErrorRateOptions extends ErrorRateOptions {
  /** Words other than jiwer's default ones, which are separated by spaces and keep case and punctuation. */
  readonly tokeniser?: Tokeniser;
}

/**
 * Word error rate with its relatives, equal to jiwer 3.1.0's `process_words`. Statistics: hits, substitutions, deletions,
 * insertions. Of several references the one with the lowest rate counts.
 * @throws RangeError METRIC_NO_REFERENCE, METRIC_TARGET_EMPTY (a reference without words)
 * @see https://doi.org/10.21437/Interspeech.2004-668 (Morris et al., "From WER and RIL to MER and WIL")
 */
export function wordErrorRate(options: WordErrorRateOptions = {}): ErrorRateMetric {
  const { tokeniser } = options;
  const words = new WordPairs();
  return errorRateMetric(
    'wer',
    tokeniser?.name ?? 'jiwer',
    (reference, hypothesis) =>
      tokeniser ? writeTokens(tokeniser, reference, hypothesis) : words.write(reference, hypothesis),
    options,
  );
}

/** Writes the words of two texts into a kernel, numbered by the words of the reference. */
class WordPairs {
  readonly #words: JiwerWords = new JiwerWords();

  write(reference: string, hypothesis: string): SymbolPair {
    const words = this.#words;
    words.read(reference, hypothesis);
    const { referenceLength: patternLength, hypothesisLength: textLength } = words;
    const kernel = editKernelFor(patternLength);
    kernel.reserve(patternLength, textLength, words.distinct + 1);
    // Loops, because making views of such short arrays would take longer than copying them.
    const { pattern, text } = kernel;
    for (let i = 0; i < patternLength; i++) pattern[i] = words.reference[i]!;
    for (let j = 0; j < textLength; j++) text[j] = words.hypothesis[j]!;
    return { kernel, patternLength, textLength };
  }
}

/** The same for words from any tokeniser. */
function writeTokens(tokeniser: Tokeniser, reference: string, hypothesis: string): SymbolPair {
  const pattern = tokeniser.tokenise(reference);
  const text = tokeniser.tokenise(hypothesis);
  const kernel = editKernelFor(pattern.length);
  kernel.reserve(pattern.length, text.length, pattern.length + 1);
  const numbers = new Map<string, number>();
  pattern.forEach((word, i) => {
    const number = numbers.get(word) ?? numbers.size + 1;
    numbers.set(word, number);
    kernel.pattern[i] = number;
  });
  text.forEach((word, j) => {
    kernel.text[j] = numbers.get(word) ?? 0;
  });
  return { kernel, patternLength: pattern.length, textLength: text.length };
}
