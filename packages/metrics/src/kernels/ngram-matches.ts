import { NgramIndex } from './ngram-index.ts';
import { PairNumbering } from './pair-numbering.ts';
import { TokenBuffer } from './token-buffer.ts';
import { wasmNgrams } from './wasm-ngrams.ts';

/** N-grams of every order that a hypothesis shares with one reference, by the faster way that there is. */
export class NgramMatches {
  readonly #numbering: PairNumbering = new PairNumbering();
  readonly #index: NgramIndex = new NgramIndex();
  readonly #numbered: TokenBuffer = new TokenBuffer();

  /**
   * Adds to `matches[at + n − 1]` how many n-grams of the hypothesis the reference has, each counted at most as often as
   * there. May number the reference anew in place.
   * @param capacity above every id of both
   * @param maxOrder at least 1
   */
  add(
    hypothesis: TokenBuffer,
    reference: TokenBuffer,
    capacity: number,
    maxOrder: number,
    matches: Float64Array,
    at: number,
  ): void {
    const ngrams = wasmNgrams(Math.max(hypothesis.length, reference.length), capacity, maxOrder);
    if (ngrams !== null) ngrams.add(hypothesis, reference, maxOrder, matches, at);
    else this.addByIndex(hypothesis, reference, capacity, maxOrder, matches, at);
  }

  /** As `add`, for texts of any length and where WebAssembly is missing. */
  addByIndex(
    hypothesis: TokenBuffer,
    reference: TokenBuffer,
    capacity: number,
    maxOrder: number,
    matches: Float64Array,
    at: number,
  ): void {
    const numbering = this.#numbering;
    numbering.begin(capacity);
    numbering.numberReference(reference);
    numbering.numberHypothesis(hypothesis, this.#numbered);
    this.#index.begin(numbering.distinct, reference.length * (maxOrder - 1));
    this.#index.addOnlyReference(reference, maxOrder);
    this.#index.match(this.#numbered, maxOrder, matches, at);
  }
}
