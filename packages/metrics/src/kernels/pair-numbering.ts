import type { TokenBuffer } from './token-buffer.ts';

/**
 * Renumbers vocabulary ids by the distinct tokens of the references of one pair: 1…distinct, and 0 for a token of the
 * hypothesis that no reference has. Cleared by a generation stamp, never by writing.
 */
export class PairNumbering {
  /** Number of distinct tokens among the references so far. */
  distinct: number = 0;
  #generation: number = 0;
  /** Generation and number of each id, side by side as they are read together. */
  #entries: Int32Array = new Int32Array(1 << 11);

  /** Starts a new pair. `capacity` is above every id that will be seen. */
  begin(capacity: number): void {
    if (this.#entries.length < 2 * capacity) {
      this.#entries = new Int32Array(2 * Math.max(capacity, this.#entries.length));
      this.#generation = 0;
    }
    if (this.#generation === 0x7fffffff) {
      this.#entries.fill(0);
      this.#generation = 0;
    }
    this.#generation++;
    this.distinct = 0;
  }

  /** Numbers a reference in place. */
  numberReference(tokens: TokenBuffer): void {
    const entries = this.#entries;
    const generation = this.#generation;
    const { ids, length } = tokens;
    let distinct = this.distinct;
    for (let i = 0; i < length; i++) {
      const entry = 2 * ids[i]!;
      if (entries[entry] !== generation) {
        entries[entry] = generation;
        entries[entry + 1] = ++distinct;
      }
      ids[i] = entries[entry + 1]!;
    }
    this.distinct = distinct;
  }

  /** Writes the numbers of the hypothesis into `numbered`. Call after every reference. */
  numberHypothesis(tokens: TokenBuffer, numbered: TokenBuffer): void {
    const entries = this.#entries;
    const generation = this.#generation;
    const { ids, length } = tokens;
    const out = numbered.reset(length);
    for (let i = 0; i < length; i++) {
      const entry = 2 * ids[i]!;
      out[i] = entries[entry] === generation ? entries[entry + 1]! : 0;
    }
    numbered.length = length;
  }
}
