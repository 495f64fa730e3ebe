import { TokenBuffer } from '../kernels/token-buffer.ts';
import { Vocabulary } from '../kernels/vocabulary.ts';
import { metricError } from '../overlap/metric-error.ts';
import { mergeStatistics, SIGNATURE_VERSION, type TextMetric } from '../overlap/text-metric.ts';
import type { Tokeniser } from '../text/tokenisers.ts';
import type { SynonymLookup } from '../wordnet/word-net.ts';
import { MeteorAligner } from './meteor-aligner.ts';
import { type MeteorParameters, type MeteorScore, meteorScore } from './meteor-score.ts';
import { NltkScanner } from './nltk-scanner.ts';
import { type NltkTokeniserOptions, nltkTokeniser } from './nltk-tokeniser.ts';

export interface MeteorOptions extends MeteorParameters {
  /** Synonyms for the third stage: WordNet 3.0 from `@assay/metrics/wordnet` gives nltk's scores. Without them it is left out. */
  readonly wordNet?: { readonly version: string; readonly synonyms: SynonymLookup };
  /** Words other than those of nltk's `word_tokenize`. */
  readonly tokeniser?: Tokeniser;
  /** Which of nltk's tokenisers, where `tokeniser` is not given. */
  readonly nltk?: NltkTokeniserOptions;
}

export interface MeteorMetric extends TextMetric<MeteorScore> {
  /** Statistics of a pair whose words are known. */
  tokenStatistics(hypothesis: readonly string[], reference: readonly string[]): Float64Array;
}

/**
 * METEOR (2007 formula), equal to nltk 3.10.4's `single_meteor_score` and, over several references, `meteor_score`. Statistics:
 * matches, chunks, words of the hypothesis, words of the reference; of several references those with the best score.
 * @throws RangeError METRIC_NO_REFERENCE
 * @see https://aclanthology.org/W07-0734/ (Lavie and Agarwal)
 */
export function meteor(options: MeteorOptions = {}): MeteorMetric {
  const { alpha = 0.9, beta = 3, gamma = 0.5, wordNet, tokeniser } = options;
  const counter = new MeteorCounter(options);

  function add(sum: Float64Array, hypothesis: string, references: readonly string[]): void {
    const statistics = counter.best(hypothesis, references);
    for (let i = 0; i < 4; i++) sum[i]! += statistics[i]!;
  }

  return {
    name: 'meteor',
    size: 4,
    statistics: (hypothesis, references) => counter.best(hypothesis, references).slice(),
    add,
    merge: mergeStatistics,
    score: (statistics) => meteorScore(statistics, options),
    tokenStatistics: (hypothesis, reference) => counter.ofTokens(hypothesis, reference).slice(),
    signature: (references = 1) =>
      [
        `nrefs:${references}`,
        'case:lc',
        `tok:${tokeniser?.name ?? nltkTokeniser(options.nltk).name}`,
        'stem:porter-nltk',
        `syn:${wordNet ? `wordnet-${wordNet.version}` : 'none'}`,
        `alpha:${alpha}`,
        `beta:${beta}`,
        `gamma:${gamma}`,
        `version:${SIGNATURE_VERSION}`,
      ].join('|'),
  };
}

/** All the reusable memory of one METEOR metric. */
class MeteorCounter {
  readonly #options: MeteorOptions;
  readonly #vocabulary: Vocabulary = new Vocabulary();
  readonly #aligner: MeteorAligner;
  readonly #scanner: NltkScanner | undefined;
  readonly #hypothesis: TokenBuffer = new TokenBuffer();
  readonly #reference: TokenBuffer = new TokenBuffer();
  readonly #statistics: Float64Array = new Float64Array(4);
  readonly #best: Float64Array = new Float64Array(4);

  constructor(options: MeteorOptions) {
    this.#options = options;
    this.#aligner = new MeteorAligner(this.#vocabulary, options.wordNet?.synonyms);
    if (!options.tokeniser) this.#scanner = new NltkScanner(this.#vocabulary, options.nltk);
  }

  /** Statistics against the reference with the best score; valid until the next call. */
  best(hypothesis: string, references: readonly string[]): Float64Array {
    if (references.length === 0) throw metricError('METRIC_NO_REFERENCE', 'METEOR needs at least one reference');
    let bestScore = -1;
    for (let r = 0; r < references.length; r++) {
      this.#trim();
      this.#scan(hypothesis, this.#hypothesis);
      this.#scan(references[r]!, this.#reference);
      const statistics = this.#align();
      const score = references.length === 1 ? 0 : meteorScore(statistics, this.#options).score;
      if (score > bestScore) {
        bestScore = score;
        this.#best.set(statistics);
      }
    }
    return this.#best;
  }

  ofTokens(hypothesis: readonly string[], reference: readonly string[]): Float64Array {
    this.#trim();
    this.#intern(hypothesis, this.#hypothesis);
    this.#intern(reference, this.#reference);
    return this.#align();
  }

  #trim(): void {
    this.#vocabulary.trim();
    this.#scanner?.trim();
  }

  #scan(text: string, tokens: TokenBuffer): void {
    if (this.#scanner) this.#scanner.scan(text, tokens);
    else this.#intern(this.#options.tokeniser!.tokenise(text), tokens);
  }

  #intern(words: readonly string[], tokens: TokenBuffer): void {
    const ids = tokens.reset(words.length);
    for (let i = 0; i < words.length; i++) ids[i] = this.#vocabulary.intern(words[i]!.toLowerCase());
    tokens.length = words.length;
  }

  #align(): Float64Array {
    const statistics = this.#statistics;
    statistics[2] = this.#hypothesis.length;
    statistics[3] = this.#reference.length;
    this.#aligner.align(this.#hypothesis, this.#reference);
    statistics[0] = this.#aligner.matches;
    statistics[1] = this.#aligner.chunks;
    return statistics;
  }
}
