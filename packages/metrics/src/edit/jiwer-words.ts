import { isPythonWhitespace } from '../text/python-whitespace.ts';

/** ASCII words up to this long fit, at seven bits a character, into the two integers that a word is looked up by. */
const PACKED_LENGTH = 9;

/**
 * Numbers the words of one pair of texts: those of the reference 1, 2, … in order of appearance, those of the hypothesis by
 * the same numbers, or 0. The table is as small as the pair, so that it stays in the cache; nothing is copied from the texts.
 *
 * Words are jiwer's: a run of two or more whitespace characters becomes one space, both ends are stripped, and then only
 * U+0020 separates. A single line break or tab inside a text stays in its word.
 */
export class JiwerWords {
  /** Numbers of the reference's words. */
  reference: Int32Array = new Int32Array(64);
  referenceLength = 0;
  /** Numbers of the hypothesis's words. */
  hypothesis: Int32Array = new Int32Array(64);
  hypothesisLength = 0;
  /** Number of distinct words of the reference. */
  distinct = 0;
  #text = '';
  #slots: Int32Array = new Int32Array(256);
  #mask = 0;
  /** Of each distinct word: the packed end of it, its place in the reference, its length (negative if not only ASCII). */
  #highs: Int32Array = new Int32Array(64);
  #lows: Int32Array = new Int32Array(64);
  #starts: Int32Array = new Int32Array(64);
  #lengths: Int32Array = new Int32Array(64);

  read(reference: string, hypothesis: string): void {
    this.#begin(reference);
    this.referenceLength = this.#scan(reference, this.reference, true);
    const most = (hypothesis.length >> 1) + 1;
    if (this.hypothesis.length < most) this.hypothesis = new Int32Array(2 * most);
    this.hypothesisLength = this.#scan(hypothesis, this.hypothesis, false);
  }

  #begin(reference: string): void {
    const most = (reference.length >> 1) + 2;
    if (this.reference.length < most) {
      this.reference = new Int32Array(2 * most);
      this.#highs = new Int32Array(2 * most);
      this.#lows = new Int32Array(2 * most);
      this.#starts = new Int32Array(2 * most);
      this.#lengths = new Int32Array(2 * most);
    }
    let slots = 16;
    while (slots < reference.length) slots *= 2;
    if (this.#slots.length < slots) this.#slots = new Int32Array(slots);
    else this.#slots.fill(0, 0, slots);
    this.#mask = slots - 1;
    this.#text = reference;
    this.distinct = 0;
  }

  #scan(text: string, numbers: Int32Array, add: boolean): number {
    const size = text.length;
    let count = 0;
    for (let i = 0; i < size; i++) {
      const start = i;
      let high = 0;
      let low = 0;
      let wide = 0;
      for (; i < size; i++) {
        const unit = text.charCodeAt(i);
        if (unit <= 0x20 ? endsWord(text, i, unit) : unit >= 0x85 && endsWord(text, i, unit)) break;
        high = (high << 7) | (low >>> 25);
        low = (low << 7) ^ unit;
        wide |= unit;
      }
      if (i > start) numbers[count++] = this.#number(text, start, wide < 128 ? i - start : start - i, high, low, add);
    }
    return count;
  }

  #number(text: string, start: number, length: number, high: number, low: number, add: boolean): number {
    const slots = this.#slots;
    const mask = this.#mask;
    const exact = length > 0 && length <= PACKED_LENGTH;
    const mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high + length, 0x85ebca77);
    let slot = (mixed ^ (mixed >>> 15)) & mask;
    for (let number = slots[slot]!; number !== 0; number = slots[slot]!) {
      if (
        this.#lows[number] === low &&
        this.#highs[number] === high &&
        this.#lengths[number] === length &&
        (exact || this.#sameUnits(text, start, this.#starts[number]!, Math.abs(length)))
      ) {
        return number;
      }
      slot = (slot + 1) & mask;
    }
    if (!add) return 0;
    const number = ++this.distinct;
    slots[slot] = number;
    this.#highs[number] = high;
    this.#lows[number] = low;
    this.#starts[number] = start;
    this.#lengths[number] = length;
    return number;
  }

  #sameUnits(text: string, start: number, knownStart: number, length: number): boolean {
    for (let k = 0; k < length; k++) {
      if (text.charCodeAt(start + k) !== this.#text.charCodeAt(knownStart + k)) return false;
    }
    return true;
  }
}

/** Whether a unit is white space that separates words: any but one that stands alone inside the text and is no space. */
function endsWord(text: string, i: number, unit: number): boolean {
  if (unit === 0x20) return true;
  if (!isPythonWhitespace(unit)) return false;
  return (
    i === 0 ||
    i + 1 >= text.length ||
    isPythonWhitespace(text.charCodeAt(i - 1)) ||
    isPythonWhitespace(text.charCodeAt(i + 1))
  );
}
