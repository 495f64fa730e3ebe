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

  /** Makes room for `count` ids and keeps the first `kept`. */
  reserve(count: number, kept: number): Int32Array {
    if (this.ids.length < count) {
      const larger = new Int32Array(Math.max(count, 2 * this.ids.length));
      larger.set(this.ids.subarray(0, kept));
      this.ids = larger;
    }
    return this.ids;
  }
}
