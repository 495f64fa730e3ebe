import type { TokenBuffer } from './token-buffer.ts';

/** Where each word of a text stands: `first` by word, then `next` by position, rising, −1 at the end. */
export class WordPlaces {
  first: Int32Array = new Int32Array(64);
  next: Int32Array = new Int32Array(64);

  /** Takes over a text of words numbered 1…distinct. */
  begin({ ids, length }: TokenBuffer, distinct: number): void {
    if (this.first.length <= distinct) this.first = new Int32Array(2 * (distinct + 1));
    if (this.next.length < length) this.next = new Int32Array(2 * length);
    const { first, next } = this;
    first.fill(-1, 0, distinct + 1);
    for (let at = length - 1; at >= 0; at--) {
      const word = ids[at]!;
      next[at] = first[word]!;
      first[word] = at;
    }
  }
}
