import type { TokenBuffer } from './token-buffer.ts';

/**
 * Renumbers vocabulary ids by the distinct tokens of the references of one pair: 1…distinct, and 0 for a token of the
 * hypothesis that no reference has. Cleared by a generation stamp, never by writing.
 */
export class PairNumbering {
  /** Number of distinct tokens among the references so far. */
  distinct: number = 0;
  #generation: number = 0;
  #stamps: Int32Array = new Int32Array(1 << 10);
  #numbers: Int32Array = new Int32Array(1 << 10);

  /** Starts a new pair. `capacity` is above every id that will be seen. */
  begin(capacity: number): void {
    if (this.#stamps.length < capacity) {
      const size = Math.max(capacity, 2 * this.#stamps.length);
      this.#stamps = new Int32Array(size);
      this.#numbers = new Int32Array(size);
      this.#generation = 0;
    }
    if (this.#generation === 0x7fffffff) {
      this.#stamps.fill(0);
      this.#generation = 0;
    }
    this.#generation++;
    this.distinct = 0;
  }

  /** Numbers a reference in place. */
  numberReference(tokens: TokenBuffer): void {
    const stamps = this.#stamps;
    const numbers = this.#numbers;
    const generation = this.#generation;
    const { ids, length } = tokens;
    let distinct = this.distinct;
    for (let i = 0; i < length; i++) {
      const id = ids[i]!;
      if (stamps[id] !== generation) {
        stamps[id] = generation;
        numbers[id] = ++distinct;
      }
      ids[i] = numbers[id]!;
    }
    this.distinct = distinct;
  }

  /** Writes the numbers of the hypothesis into `numbered`. Call after every reference. */
  numberHypothesis(tokens: TokenBuffer, numbered: TokenBuffer): void {
    const stamps = this.#stamps;
    const numbers = this.#numbers;
    const generation = this.#generation;
    const { ids, length } = tokens;
    const out = numbered.reset(length);
    for (let i = 0; i < length; i++) {
      const id = ids[i]!;
      out[i] = stamps[id] === generation ? numbers[id]! : 0;
    }
    numbered.length = length;
  }
}
