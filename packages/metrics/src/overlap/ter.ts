import { scanWhitespaceWords } from '../kernels/scan-whitespace-words.ts';
import { TokenBuffer } from '../kernels/token-buffer.ts';
import { TranslationEdits } from '../kernels/translation-edits.ts';
import { Vocabulary } from '../kernels/vocabulary.ts';
import { stripPythonEnd } from '../text/python-whitespace.ts';
import { type TercomOptions, tercomLine } from '../text/tercom-line.ts';
import { metricError } from './metric-error.ts';
import { mergeStatistics, SIGNATURE_VERSION, type TextMetric } from './text-metric.ts';

/** TER with what it was made from. */
export interface TerScore {
  /** Edits for each hundred words of the reference: 0 is best, above 100 is possible. */
  readonly score: number;
  readonly edits: number;
  /** Sum over pairs of the mean reference length, in words. */
  readonly referenceLength: number;
}

/**
 * Translation edit rate, equal to sacreBLEU 2.6.0 (after Tercom). Statistics: edits against the nearest reference, mean
 * length of the references.
 * @throws RangeError METRIC_NO_REFERENCE
 * @see https://aclanthology.org/2006.amta-papers.25/
 */
export function ter(options: TercomOptions = {}): TextMetric<TerScore> {
  const counter = new TerCounter(options);
  return {
    name: 'ter',
    size: 2,
    statistics: (hypothesis, references) => {
      const sum = new Float64Array(2);
      counter.add(sum, hypothesis, references);
      return sum;
    },
    add: (sum, hypothesis, references) => counter.add(sum, hypothesis, references),
    merge: mergeStatistics,
    score: terScore,
    signature: (references = 1) =>
      [
        `nrefs:${references}`,
        `case:${options.caseSensitive ? 'mixed' : 'lc'}`,
        'tok:tercom',
        `norm:${options.normalized ? 'yes' : 'no'}`,
        `punct:${options.noPunctuation ? 'no' : 'yes'}`,
        `asian:${options.asianSupport ? 'yes' : 'no'}`,
        `version:${SIGNATURE_VERSION}`,
      ].join('|'),
  };
}

/** An empty reference scores 100 against any words, and 0 against none. */
function terScore(statistics: Float64Array): TerScore {
  const edits = statistics[0]!;
  const referenceLength = statistics[1]!;
  const rate = referenceLength > 0 ? edits / referenceLength : edits > 0 ? 1 : 0;
  return { score: 100 * rate, edits, referenceLength };
}

/** All the reusable memory of one TER metric. */
class TerCounter {
  readonly #options: TercomOptions;
  readonly #vocabulary: Vocabulary = new Vocabulary();
  readonly #edits: TranslationEdits = new TranslationEdits();
  readonly #hypothesis: TokenBuffer = new TokenBuffer();
  readonly #reference: TokenBuffer = new TokenBuffer();

  constructor(options: TercomOptions) {
    this.#options = options;
  }

  add(sum: Float64Array, hypothesis: string, references: readonly string[]): void {
    if (references.length === 0) throw metricError('METRIC_NO_REFERENCE', 'TER needs at least one reference');
    this.#vocabulary.trim();
    this.#scan(hypothesis, this.#hypothesis);
    let fewest = Number.POSITIVE_INFINITY;
    let lengths = 0;
    for (let r = 0; r < references.length; r++) {
      this.#scan(references[r]!, this.#reference);
      lengths += this.#reference.length;
      fewest = Math.min(fewest, this.#edits.count(this.#hypothesis, this.#reference, this.#vocabulary.size + 1));
    }
    sum[0] = sum[0]! + fewest;
    sum[1] = sum[1]! + lengths / references.length;
  }

  #scan(text: string, tokens: TokenBuffer): void {
    const { normalized, noPunctuation, caseSensitive } = this.#options;
    // Without options that rewrite the line, its words are those of the lower-cased text.
    const line =
      normalized || noPunctuation
        ? tercomLine(stripPythonEnd(text), this.#options)
        : caseSensitive
          ? text
          : text.toLowerCase();
    scanWhitespaceWords(line, this.#vocabulary, tokens);
  }
}
