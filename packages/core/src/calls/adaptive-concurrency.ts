export interface AdaptiveConcurrencyOptions {
  /** Most requests under way at a time. */
  readonly max: number;
  /** Where to start. @default min(max, 8) */
  readonly initial?: number;
}

/**
 * How many requests may be under way: doubles in each round until the far side first says it is too much, then
 * halves on that and adds one in each round (additive increase, multiplicative decrease, as TCP does).
 * @see https://www.rfc-editor.org/rfc/rfc5681 section 3.1
 */
export class AdaptiveConcurrency {
  #max: number;
  readonly #waiting: (() => void)[] = [];
  #limit: number;
  #underWay = 0;
  /** Doubling until the first overload. */
  #isProbing = true;
  /** Counts admissions: what was admitted before the last decrease says nothing about the limit since. */
  #admitted = 0;
  #decreasedAt = 0;

  constructor({ max, initial }: AdaptiveConcurrencyOptions) {
    if (!(max >= 1)) throw new RangeError(`max must be at least 1, got ${max}`);
    this.#max = Math.floor(max);
    this.#limit = Math.min(this.#max, Math.max(1, initial ?? 8));
  }

  get limit(): number {
    return Math.floor(this.#limit);
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** Allows as many as a limit made with these options would, if that is more. */
  widen({ max, initial = 8 }: AdaptiveConcurrencyOptions): void {
    this.#max = Math.max(this.#max, Math.floor(max));
    // Once the far side has said that it is too much, room is found by single steps alone.
    if (this.#isProbing) this.#limit = Math.max(this.#limit, Math.min(this.#max, initial));
    this.#admit();
  }

  /** Resolves when there is room. @returns a ticket for `succeeded`, `overloaded` and `release` */
  async acquire(): Promise<number> {
    if (this.#underWay >= this.limit || this.#waiting.length > 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#underWay += 1;
    this.#admitted += 1;
    return this.#admitted;
  }

  /** An answer came in good time. */
  succeeded(): void {
    // Room that nobody uses proves nothing (RFC 7661 holds half of it used to be enough).
    if (this.#underWay * 2 < this.limit) return;
    this.#limit = Math.min(this.#max, this.#limit + (this.#isProbing ? 1 : 1 / this.#limit));
    this.#admit();
  }

  /** The far side throttled, or did not answer in time. Several reports from one round count once. */
  overloaded(ticket: number): void {
    if (ticket <= this.#decreasedAt) return;
    this.#isProbing = false;
    this.#limit = Math.max(1, this.#limit / 2);
    this.#decreasedAt = this.#admitted;
  }

  /** The request is over. */
  release(): void {
    this.#underWay -= 1;
    this.#admit();
  }

  #admit(): void {
    while (this.#underWay < this.limit) {
      const wake = this.#waiting.shift();
      if (wake === undefined) return;
      // Counted here, so that nobody slips in before the woken one runs.
      this.#underWay += 1;
      wake();
    }
  }
}
