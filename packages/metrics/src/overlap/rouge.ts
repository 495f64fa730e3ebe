import { lcsLength } from '../kernels/lcs-length.ts';
import { NgramIndex } from '../kernels/ngram-index.ts';
import { PairNumbering } from '../kernels/pair-numbering.ts';
import { scanRougeWords } from '../kernels/scan-rouge-words.ts';
import { StemCache } from '../kernels/stem-cache.ts';
import { TokenBuffer } from '../kernels/token-buffer.ts';
import { Vocabulary } from '../kernels/vocabulary.ts';
import { scannerOf, type WordScanner } from '../kernels/word-scanner.ts';
import { metricError } from './metric-error.ts';
import { checkRougeTypes, type RougeOptions, type RougeType } from './rouge-options.ts';
import { fmeasureOf, type RougeScore } from './rouge-score.ts';
import { rougeSummaryHits } from './rouge-summary-hits.ts';
import { mergeStatistics, SIGNATURE_VERSION, type TextMetric } from './text-metric.ts';

/** ROUGE of one pair, or its mean over pairs; null over no pairs. */
export type RougeScores = Readonly<Partial<Record<RougeType, RougeScore>>> | null;

/**
 * ROUGE-1…9, L and Lsum, equal to rouge_score 0.1.2.
 * Statistics: the number of pairs, then for each type the sums of precision, recall and F-measure over pairs; so the
 * corpus score is the mean over pairs, as every ROUGE report has it.
 * @throws RangeError METRIC_OPTION_INVALID for an unknown type
 * @see https://aclanthology.org/W04-1013/
 */
export function rouge(options: RougeOptions = {}): TextMetric<RougeScores> {
  const types = options.types ?? ['rouge1', 'rouge2', 'rougeL'];
  checkRougeTypes(types);
  const scorer = new RougeScorer(types, options);
  const size = 1 + 3 * types.length;
  const tokens = options.tokeniser?.name ?? (options.stemmer === false ? 'rouge' : 'rouge+porter');
  return {
    name: 'rouge',
    size,
    statistics: (hypothesis, references) => {
      const sum = new Float64Array(size);
      scorer.add(sum, hypothesis, references);
      return sum;
    },
    add: (sum, hypothesis, references) => scorer.add(sum, hypothesis, references),
    merge: mergeStatistics,
    score: (statistics) => {
      const pairs = statistics[0]!;
      if (pairs === 0) return null;
      const scores: Partial<Record<RougeType, RougeScore>> = {};
      types.forEach((type, t) => {
        scores[type] = {
          precision: statistics[1 + 3 * t]! / pairs,
          recall: statistics[2 + 3 * t]! / pairs,
          fmeasure: statistics[3 + 3 * t]! / pairs,
        };
      });
      return scores;
    },
    signature: (references = 1) =>
      `nrefs:${references}|multi:${options.references ?? 'best'}|types:${types.join('+')}|tok:${tokens}|version:${SIGNATURE_VERSION}`,
  };
}

/** All the reusable memory of one ROUGE metric. */
class RougeScorer {
  readonly #types: readonly RougeType[];
  /** The n of ROUGE-n, 0 for the others, by type. */
  readonly #orders: readonly number[];
  readonly #maxOrder: number;
  readonly #needsLcs: boolean;
  readonly #hasSummary: boolean;
  readonly #mean: boolean;
  readonly #scan: WordScanner;
  readonly #vocabulary: Vocabulary = new Vocabulary();
  readonly #numbering: PairNumbering = new PairNumbering();
  readonly #index: NgramIndex = new NgramIndex();
  readonly #hypothesis: TokenBuffer = new TokenBuffer();
  readonly #numbered: TokenBuffer = new TokenBuffer();
  readonly #reference: TokenBuffer = new TokenBuffer();
  readonly #matches: Float64Array = new Float64Array(9);
  /** Precision, recall and F-measure of each type against one reference. */
  readonly #pair: Float64Array;
  readonly #chosen: Float64Array;

  constructor(types: readonly RougeType[], options: RougeOptions) {
    this.#types = types;
    this.#orders = types.map((type) => Number(type.slice(5)) || 0);
    this.#maxOrder = Math.max(...this.#orders);
    this.#needsLcs = types.includes('rougeL');
    this.#hasSummary = types.includes('rougeLsum');
    this.#mean = options.references === 'mean';
    this.#pair = new Float64Array(3 * types.length);
    this.#chosen = new Float64Array(3 * types.length);
    if (options.tokeniser !== undefined) {
      this.#scan = scannerOf(options.tokeniser);
    } else if (options.stemmer === false) {
      this.#scan = scanRougeWords;
    } else {
      const stems = new StemCache(this.#vocabulary);
      this.#scan = (text, vocabulary, tokens) => {
        scanRougeWords(text, vocabulary, tokens);
        stems.stem(tokens);
      };
    }
  }

  add(sum: Float64Array, hypothesis: string, references: readonly string[]): void {
    if (references.length === 0) throw metricError('METRIC_NO_REFERENCE', 'ROUGE needs at least one reference');
    const vocabulary = this.#vocabulary;
    const chosen = this.#chosen;
    vocabulary.trim();
    this.#scan(hypothesis, vocabulary, this.#hypothesis);
    this.#scorePair(hypothesis, references[0]!, chosen);
    for (let r = 1; r < references.length; r++) {
      this.#scorePair(hypothesis, references[r]!, this.#pair);
      this.#combine();
    }
    const weight = this.#mean ? 1 / references.length : 1;
    sum[0] = sum[0]! + 1;
    for (let k = 0; k < chosen.length; k++) sum[1 + k] = sum[1 + k]! + weight * chosen[k]!;
  }

  #combine(): void {
    const chosen = this.#chosen;
    const pair = this.#pair;
    for (let t = 0; t < chosen.length; t += 3) {
      if (this.#mean) for (let k = t; k < t + 3; k++) chosen[k] = chosen[k]! + pair[k]!;
      else if (pair[t + 2]! > chosen[t + 2]!) chosen.set(pair.subarray(t, t + 3), t);
    }
  }

  #scorePair(hypothesis: string, reference: string, out: Float64Array): void {
    const matches = this.#matches;
    const tokens = this.#reference;
    const numbered = this.#numbered;
    this.#scan(reference, this.#vocabulary, tokens);
    const numbering = this.#numbering;
    numbering.begin(this.#vocabulary.size + 1);
    numbering.numberReference(tokens);
    numbering.numberHypothesis(this.#hypothesis, numbered);
    if (this.#maxOrder > 0) {
      matches.fill(0);
      this.#index.begin(numbering.distinct, tokens.length * (this.#maxOrder - 1));
      this.#index.addOnlyReference(tokens, this.#maxOrder);
      this.#index.match(numbered, this.#maxOrder, matches, 0);
    }
    // Of one sentence each, the union of subsequences is the one that there is.
    const isLine = this.#hasSummary && !hypothesis.includes('\n') && !reference.includes('\n');
    const lcs = this.#needsLcs || isLine ? lcsLength(tokens, numbered, numbering.distinct) : 0;
    const given = numbered.length;
    const wanted = tokens.length;
    for (let t = 0; t < this.#types.length; t++) {
      const order = this.#orders[t]!;
      if (order > 0) write(out, 3 * t, matches[order - 1]!, given - order + 1, wanted - order + 1);
      else if (isLine || this.#types[t] === 'rougeL') write(out, 3 * t, lcs, given, wanted);
      else this.#scoreSummary(hypothesis, reference, out, 3 * t);
    }
  }

  #scoreSummary(hypothesis: string, reference: string, out: Float64Array, at: number): void {
    const numbering = this.#numbering;
    const wanted = this.#sentences(reference);
    const given = this.#sentences(hypothesis);
    numbering.begin(this.#vocabulary.size + 1);
    for (const sentence of wanted) numbering.numberReference(sentence);
    const numbered = given.map((sentence) => {
      const buffer = new TokenBuffer();
      numbering.numberHypothesis(sentence, buffer);
      return buffer;
    });
    write(out, at, rougeSummaryHits(wanted, numbered, numbering.distinct), countTokens(given), countTokens(wanted));
  }

  #sentences(text: string): TokenBuffer[] {
    return text.split('\n').map((sentence) => {
      const tokens = new TokenBuffer();
      this.#scan(sentence, this.#vocabulary, tokens);
      return tokens;
    });
  }
}

function countTokens(sentences: readonly TokenBuffer[]): number {
  return sentences.reduce((sum, sentence) => sum + sentence.length, 0);
}

function write(out: Float64Array, at: number, match: number, hypothesis: number, reference: number): void {
  const precision = match / Math.max(hypothesis, 1);
  const recall = match / Math.max(reference, 1);
  out[at] = precision;
  out[at + 1] = recall;
  out[at + 2] = fmeasureOf(precision, recall);
}
