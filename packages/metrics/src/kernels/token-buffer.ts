/** A reusable list of token ids. */
export class TokenBuffer {
  ids: Int32Array = new Int32Array(256);
  /** Number of ids in use. */
  length: number = 0;

  /** Empties the list and makes room for `count` ids. */
  reset(count: number): Int32Array {
    if (this.ids.length < count) this.ids = new Int32Array(Math.max(count, 2 * this.ids.length));
    this.length = 0;
    return this.ids;
  }
}
