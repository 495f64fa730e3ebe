/**
 * Text of a token sequence piece by piece, without decoding the whole again for each token. A token that ends inside a
 * character gives nothing; the one that completes the character gives it whole.
 */
export class TextStream {
  readonly #decode: (tokens: readonly number[]) => string;
  readonly #tokens: number[] = [];
  // Decoders may treat the first token of a text in a way of its own: new ones are decoded behind some that are known.
  #contextStart = 0;
  #told = 0;

  constructor(decode: (tokens: readonly number[]) => string) {
    this.#decode = decode;
  }

  /** @returns the characters that this token completes */
  push(token: number): string {
    this.#tokens.push(token);
    const known = this.#decode(this.#tokens.slice(this.#contextStart, this.#told));
    const text = this.#decode(this.#tokens.slice(this.#contextStart));
    if (text.length <= known.length || text.endsWith('\ufffd')) return '';
    this.#contextStart = this.#told;
    this.#told = this.#tokens.length;
    return text.slice(known.length);
  }
}
