/** Looks for a delimiter in one part of a text after the other: where parts come in order, the text is gone through once. */
export class DelimiterSearch {
  readonly #delimiter: string;
  #text = '';
  /** Where the delimiter stands first from `#from` on; at the end of time where it does not. */
  #found = -1;
  #from = 0;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /** Whether the delimiter stands between `from` and `to` (exclusive). */
  isWithin(text: string, from: number, to: number): boolean {
    if (text !== this.#text || from < this.#from || this.#found < from) {
      this.#text = text;
      this.#from = from;
      const found = text.indexOf(this.#delimiter, from);
      this.#found = found < 0 ? Number.POSITIVE_INFINITY : found;
    }
    return this.#found + this.#delimiter.length <= to;
  }
}
