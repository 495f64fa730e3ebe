import { PairNumbering } from '../kernels/pair-numbering.ts';
import { TokenBuffer } from '../kernels/token-buffer.ts';
import { Vocabulary } from '../kernels/vocabulary.ts';
import { scannerOf, type WordScanner } from '../kernels/word-scanner.ts';
import type { Tokeniser } from '../text/tokenisers.ts';
import { editKernelFor } from '../wasm/edit-kernels.ts';
import { type ErrorRateMetric, type ErrorRateOptions, errorRateMetric } from './error-rate-metric.ts';
import { scanJiwerWords } from './scan-jiwer-words.ts';
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
  const words = new WordPairs(tokeniser ? scannerOf(tokeniser) : scanJiwerWords);
  return errorRateMetric(
    'wer',
    tokeniser?.name ?? 'jiwer',
    (reference, hypothesis) => words.write(reference, hypothesis),
    options,
  );
}

/** Writes the words of two texts into a kernel, numbered by the words of the reference. */
class WordPairs {
  readonly #scan: WordScanner;
  readonly #vocabulary: Vocabulary = new Vocabulary();
  readonly #numbering: PairNumbering = new PairNumbering();
  readonly #reference: TokenBuffer = new TokenBuffer();
  readonly #hypothesis: TokenBuffer = new TokenBuffer();
  readonly #numbered: TokenBuffer = new TokenBuffer();

  constructor(scan: WordScanner) {
    this.#scan = scan;
  }

  write(reference: string, hypothesis: string): SymbolPair {
    this.#vocabulary.trim();
    this.#scan(reference, this.#vocabulary, this.#reference);
    this.#scan(hypothesis, this.#vocabulary, this.#hypothesis);
    this.#numbering.begin(this.#vocabulary.size + 1);
    this.#numbering.numberReference(this.#reference);
    this.#numbering.numberHypothesis(this.#hypothesis, this.#numbered);
    const patternLength = this.#reference.length;
    const textLength = this.#numbered.length;
    const kernel = editKernelFor(patternLength);
    kernel.reserve(patternLength, textLength, this.#numbering.distinct + 1);
    // Loops, because making views of such short arrays would take longer than copying them.
    const { pattern, text } = kernel;
    const referenceIds = this.#reference.ids;
    for (let i = 0; i < patternLength; i++) pattern[i] = referenceIds[i]!;
    const numbered = this.#numbered.ids;
    for (let j = 0; j < textLength; j++) text[j] = numbered[j]!;
    return { kernel, patternLength, textLength };
  }
}
