/** Lines gathered at a time before they are encoded: long enough to save calls, short enough to die young. */
const GATHERED = 64;

/** Lines as UTF-8, encoded as they come, so that no string outlives its batch. */
export class LineBuffer {
  #bytes: Buffer;
  #used = 0;
  #gathered = '';
  #count = 0;

  /** @param bytes a first guess at the size */
  constructor(bytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(bytes);
  }

  /** @param line with its newline */
  add(line: string): void {
    this.#gathered += line;
    this.#count += 1;
    if (this.#count === GATHERED) this.#encode();
  }

  /** Everything added so far. */
  toBytes(): Buffer {
    this.#encode();
    return this.#bytes.subarray(0, this.#used);
  }

  #encode(): void {
    // A UTF-16 code unit takes at most three bytes.
    const needed = this.#used + 3 * this.#gathered.length;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, this.#used);
      this.#bytes = larger;
    }
    this.#used += this.#bytes.write(this.#gathered, this.#used, 'utf8');
    this.#gathered = '';
    this.#count = 0;
  }
}
