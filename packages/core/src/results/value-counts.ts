/** Digits that a value keeps: enough for a median, and a bound on how many values differ. */
const DIGITS = 4;

/**
 * How often each value of a score without bounds came, to four significant digits: its median and the interval of it,
 * whatever the order and however samples were spread over workers. Some 9,000 values for each power of ten at most.
 */
export class ValueCounts {
  readonly #counts = new Map<number, number>();

  add(value: number, times: number = 1): void {
    const rounded = Number(value.toPrecision(DIGITS));
    this.#counts.set(rounded, (this.#counts.get(rounded) ?? 0) + times);
  }

  merge(counts: readonly (readonly [value: number, times: number])[]): void {
    for (const [value, times] of counts) this.add(value, times);
  }

  /** By rising value. */
  toJSON(): readonly (readonly [value: number, times: number])[] {
    return [...this.#counts].sort(([a], [b]) => a - b);
  }
}
