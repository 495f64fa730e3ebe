import { NgramMatches } from '../kernels/ngram-matches.ts';
import { scanCharacters } from '../kernels/scan-characters.ts';
import { scanChrfWords } from '../kernels/scan-chrf-words.ts';
import { TokenBuffer } from '../kernels/token-buffer.ts';
import { Vocabulary } from '../kernels/vocabulary.ts';
import type { ChrfOptions } from './chrf-options.ts';
import { chrfScore } from './chrf-score.ts';
import { metricError } from './metric-error.ts';
import { mergeStatistics, SIGNATURE_VERSION, type TextMetric } from './text-metric.ts';

/**
 * chrF (`wordOrder` 0) and chrF++ (`wordOrder` 2), equal to sacreBLEU 2.6.0; a score in [0, 100].
 * Statistics, for each order, characters first: n-grams of the hypothesis (0 where the reference is too short to have
 * any), of the reference, in both. Of several references the one with the best score counts.
 * @throws RangeError METRIC_OPTION_INVALID, METRIC_NO_REFERENCE
 * @see https://aclanthology.org/W15-3049/ and https://aclanthology.org/W17-4770/
 */
export function chrf(options: ChrfOptions = {}): TextMetric<number> {
  const { charOrder = 6, wordOrder = 0, beta = 2 } = options;
  for (const [name, value] of Object.entries({ charOrder, wordOrder })) {
    if (!Number.isInteger(value) || value < 0) {
      throw metricError('METRIC_OPTION_INVALID', `${name} must be an integer of at least 0, not ${value}`);
    }
  }
  const size = 3 * (charOrder + wordOrder);
  const counter = new ChrfCounter(options, size);
  return {
    name: 'chrf',
    size,
    statistics: (hypothesis, references) => {
      const sum = new Float64Array(size);
      counter.add(sum, hypothesis, references);
      return sum;
    },
    add: (sum, hypothesis, references) => counter.add(sum, hypothesis, references),
    merge: mergeStatistics,
    score: (statistics) => chrfScore(statistics, options),
    signature: (references = 1) =>
      [
        `nrefs:${references}`,
        `case:${options.lowercase ? 'lc' : 'mixed'}`,
        `eff:${options.epsilonSmoothing ? 'no' : 'yes'}`,
        `nc:${charOrder}`,
        `nw:${wordOrder}`,
        `space:${options.whitespace ? 'yes' : 'no'}`,
        ...(beta === 2 ? [] : [`beta:${beta}`]),
        `version:${SIGNATURE_VERSION}`,
      ].join('|'),
  };
}

/** One past the last code point: characters are their own ids. */
const CODE_POINTS = 0x110000;
/** Megabytes of address space once it numbers characters, so one for all chrF metrics. */
const ngrams = new NgramMatches();

/** All the reusable memory of one chrF metric. */
class ChrfCounter {
  readonly #options: ChrfOptions;
  readonly #charOrder: number;
  readonly #wordOrder: number;
  readonly #vocabulary: Vocabulary = new Vocabulary();
  readonly #hypothesisCharacters: TokenBuffer = new TokenBuffer();
  readonly #hypothesisWords: TokenBuffer = new TokenBuffer();
  readonly #reference: TokenBuffer = new TokenBuffer();
  readonly #matches: Float64Array;
  readonly #pair: Float64Array;
  readonly #best: Float64Array;

  constructor(options: ChrfOptions, size: number) {
    this.#options = options;
    this.#charOrder = options.charOrder ?? 6;
    this.#wordOrder = options.wordOrder ?? 0;
    this.#matches = new Float64Array(Math.max(this.#charOrder, this.#wordOrder));
    this.#pair = new Float64Array(size);
    this.#best = new Float64Array(size);
  }

  add(sum: Float64Array, hypothesis: string, references: readonly string[]): void {
    if (references.length === 0) throw metricError('METRIC_NO_REFERENCE', 'chrF needs at least one reference');
    this.#vocabulary.trim();
    this.#scan(hypothesis, this.#hypothesisCharacters, this.#hypothesisWords);
    let best = -1;
    for (let r = 0; r < references.length; r++) {
      this.#countPair(references[r]!);
      const score = references.length === 1 ? 0 : chrfScore(this.#pair, this.#options);
      if (score > best) {
        best = score;
        this.#best.set(this.#pair);
      }
    }
    for (let k = 0; k < this.#best.length; k++) sum[k] = sum[k]! + this.#best[k]!;
  }

  #scan(text: string, characters: TokenBuffer, words: TokenBuffer): void {
    const cased = this.#options.lowercase === true ? text.toLowerCase() : text;
    scanCharacters(cased, this.#options.whitespace === true, characters);
    if (this.#wordOrder > 0) scanChrfWords(cased, this.#vocabulary, words);
  }

  #countPair(reference: string): void {
    const cased = this.#options.lowercase === true ? reference.toLowerCase() : reference;
    scanCharacters(cased, this.#options.whitespace === true, this.#reference);
    this.#countOrders(this.#hypothesisCharacters, CODE_POINTS, this.#charOrder, 0);
    if (this.#wordOrder === 0) return;
    scanChrfWords(cased, this.#vocabulary, this.#reference);
    this.#countOrders(this.#hypothesisWords, this.#vocabulary.size + 1, this.#wordOrder, 3 * this.#charOrder);
  }

  #countOrders(hypothesis: TokenBuffer, capacity: number, orders: number, at: number): void {
    const reference = this.#reference;
    const matches = this.#matches.fill(0);
    const { length } = reference;
    if (orders > 0) ngrams.add(hypothesis, reference, capacity, orders, matches, 0);
    for (let n = 0; n < orders; n++) {
      const total = Math.max(0, length - n);
      this.#pair[at + 3 * n] = total > 0 ? Math.max(0, hypothesis.length - n) : 0;
      this.#pair[at + 3 * n + 1] = total;
      this.#pair[at + 3 * n + 2] = matches[n]!;
    }
  }
}
