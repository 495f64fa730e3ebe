import { NgramIndex } from '../kernels/ngram-index.ts';
import { PairNumbering } from '../kernels/pair-numbering.ts';
import { scan13a } from '../kernels/scan-13a.ts';
import { scanWhitespaceWords } from '../kernels/scan-whitespace-words.ts';
import { TokenBuffer } from '../kernels/token-buffer.ts';
import { Vocabulary } from '../kernels/vocabulary.ts';
import { scannerOf, type WordScanner } from '../kernels/word-scanner.ts';
import { stripPythonEnd } from '../text/python-whitespace.ts';
import { sacrebleuLine } from '../text/sacrebleu-lines.ts';
import { type BleuOptions, checkBleuOptions, SMOOTHING_VALUES } from './bleu-options.ts';
import { type BleuScore, bleuScore } from './bleu-score.ts';
import { metricError } from './metric-error.ts';
import { mergeStatistics, SIGNATURE_VERSION, type TextMetric } from './text-metric.ts';

/**
 * BLEU of sentences and corpora, equal to sacreBLEU 2.6.0.
 * Statistics: hypothesis length, closest reference length, matching n-grams of orders 1…maxOrder, n-grams of the
 * hypothesis of orders 1…maxOrder.
 * @throws RangeError METRIC_OPTION_INVALID, METRIC_NO_REFERENCE
 * @see https://aclanthology.org/P02-1040/ and https://aclanthology.org/W18-6319/
 */
export function bleu(options: BleuOptions = {}): TextMetric<BleuScore> {
  checkBleuOptions(options);
  const orders = options.maxOrder ?? 4;
  const size = 2 + 2 * orders;
  const counter = new BleuCounter(options);
  return {
    name: 'bleu',
    size,
    statistics: (hypothesis, references) => {
      const sum = new Float64Array(size);
      counter.add(sum, hypothesis, references);
      return sum;
    },
    add: (sum, hypothesis, references) => counter.add(sum, hypothesis, references),
    merge: mergeStatistics,
    score: (statistics) => bleuScore(statistics, options),
    signature: (references = 1) => bleuSignature(options, references),
  };
}

function bleuSignature(options: BleuOptions, references: number | 'var'): string {
  const { tokeniser = '13a', smoothing = 'exp', maxOrder = 4 } = options;
  const value = options.smoothingValue ?? SMOOTHING_VALUES[smoothing];
  const parameter = SMOOTHING_VALUES[smoothing] === null ? '' : `[${value?.toFixed(2)}]`;
  return [
    `nrefs:${references}`,
    `case:${options.lowercase ? 'lc' : 'mixed'}`,
    `eff:${options.effectiveOrder ? 'yes' : 'no'}`,
    `tok:${typeof tokeniser === 'string' ? tokeniser : tokeniser.name}`,
    `smooth:${smoothing}${parameter}`,
    ...(maxOrder === 4 ? [] : [`order:${maxOrder}`]),
    `version:${SIGNATURE_VERSION}`,
  ].join('|');
}

function bleuScanner({ tokeniser = '13a', lowercase = false }: BleuOptions): WordScanner {
  const scan: WordScanner =
    tokeniser === '13a'
      ? scan13a
      : typeof tokeniser === 'string'
        ? (text, vocabulary, tokens) =>
            scanWhitespaceWords(sacrebleuLine(tokeniser, stripPythonEnd(text)), vocabulary, tokens)
        : scannerOf(tokeniser);
  return lowercase ? (text, vocabulary, tokens) => scan(text.toLowerCase(), vocabulary, tokens) : scan;
}

/** All the reusable memory of one BLEU metric. */
class BleuCounter {
  readonly #orders: number;
  readonly #scan: WordScanner;
  readonly #vocabulary: Vocabulary = new Vocabulary();
  readonly #numbering: PairNumbering = new PairNumbering();
  readonly #index: NgramIndex = new NgramIndex();
  readonly #hypothesis: TokenBuffer = new TokenBuffer();
  readonly #numbered: TokenBuffer = new TokenBuffer();
  readonly #references: TokenBuffer[] = [];

  constructor(options: BleuOptions) {
    this.#orders = options.maxOrder ?? 4;
    this.#scan = bleuScanner(options);
  }

  add(sum: Float64Array, hypothesis: string, references: readonly string[]): void {
    if (references.length === 0) throw metricError('METRIC_NO_REFERENCE', 'BLEU needs at least one reference');
    const orders = this.#orders;
    const vocabulary = this.#vocabulary;
    vocabulary.trim();
    let tokenCount = 0;
    for (let r = 0; r < references.length; r++) {
      this.#references[r] ??= new TokenBuffer();
      this.#scan(references[r]!, vocabulary, this.#references[r]!);
      tokenCount += this.#references[r]!.length;
    }
    this.#scan(hypothesis, vocabulary, this.#hypothesis);
    const length = this.#hypothesis.length;
    const numbering = this.#numbering;
    numbering.begin(vocabulary.size + 1);
    for (let r = 0; r < references.length; r++) numbering.numberReference(this.#references[r]!);
    numbering.numberHypothesis(this.#hypothesis, this.#numbered);
    const index = this.#index;
    index.begin(numbering.distinct, tokenCount * (orders - 1));
    let closest = this.#references[0]!.length;
    if (references.length === 1) {
      index.addOnlyReference(this.#references[0]!, orders);
    } else {
      for (let r = 0; r < references.length; r++) {
        const tokens = this.#references[r]!;
        index.addReference(tokens, orders, r);
        const nearer = Math.abs(length - tokens.length) - Math.abs(length - closest);
        if (nearer < 0 || (nearer === 0 && tokens.length < closest)) closest = tokens.length;
      }
    }
    index.match(this.#numbered, orders, sum, 2);
    sum[0] = sum[0]! + length;
    sum[1] = sum[1]! + closest;
    for (let n = 0; n < orders && n < length; n++) sum[2 + orders + n] = sum[2 + orders + n]! + length - n;
  }
}
