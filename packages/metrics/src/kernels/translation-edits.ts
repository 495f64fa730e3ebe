import { BeamMatrix, UNREACHED } from './beam-matrix.ts';
import type { TokenBuffer } from './token-buffer.ts';

const MAX_SHIFT_LENGTH = 10;
const MAX_SHIFT_DISTANCE = 50;
const MAX_CANDIDATES = 1000;

/** A candidate shift: the block of `length` words from `start` goes before position `target`. */
interface Shift {
  gain: number;
  length: number;
  start: number;
  target: number;
}

/**
 * Edits of TER: shifts of word blocks, chosen greedily as sacreBLEU (after Tercom) chooses them, plus the edit distance
 * within the beam of what they leave.
 */
export class TranslationEdits {
  readonly #matrix: BeamMatrix = new BeamMatrix();
  #words: Int32Array = new Int32Array(64);
  #scratch: Int32Array = new Int32Array(64);
  #align: Int32Array = new Int32Array(64);
  /** Errors before each position: prefix sums. */
  #hypothesisErrors: Int32Array = new Int32Array(65);
  #referenceErrors: Int32Array = new Int32Array(65);
  #checked: number = 0;
  readonly #best: Shift = { gain: 0, length: 0, start: 0, target: 0 };

  /** Number of shifts and edits from hypothesis to reference; the hypothesis' length when the reference is empty. */
  count(hypothesis: TokenBuffer, reference: TokenBuffer): number {
    const n = hypothesis.length;
    const m = reference.length;
    if (m === 0) return n;
    this.#reserve(n, m);
    this.#words.set(hypothesis.ids.subarray(0, n));
    this.#matrix.shape(n, m);
    this.#checked = 0;
    let distance = this.#matrix.fill(this.#words, reference.ids, 0, n);
    let shifts = 0;
    while (distance > 0 && this.#findShift(distance, reference.ids)) {
      shifts++;
      distance = this.#apply(reference.ids);
    }
    return shifts + distance;
  }

  #reserve(n: number, m: number): void {
    const size = Math.max(n, m) + 1;
    if (this.#words.length >= size) return;
    this.#words = new Int32Array(2 * size);
    this.#scratch = new Int32Array(2 * size);
    this.#align = new Int32Array(2 * size);
    this.#hypothesisErrors = new Int32Array(2 * size);
    this.#referenceErrors = new Int32Array(2 * size);
  }

  /**
   * Reads alignment and errors off the best path: from the end, a kept or replaced word before a deletion before an
   * insertion, where they cost the same.
   */
  #trace(reference: Int32Array): void {
    const matrix = this.#matrix;
    const { n, m } = matrix;
    const words = this.#words;
    const align = this.#align;
    const hypothesisErrors = this.#hypothesisErrors;
    const referenceErrors = this.#referenceErrors;
    let i = n;
    let j = m;
    while (i > 0 || j > 0) {
      const cost = matrix.cost(i, j);
      const error = i > 0 && j > 0 && words[i - 1] === reference[j - 1] ? 0 : 1;
      if (i > 0 && j > 0 && matrix.cost(i - 1, j - 1) + error === cost) {
        align[j - 1] = i - 1;
        hypothesisErrors[i--] = error;
        referenceErrors[j--] = error;
      } else if (i > 0 && matrix.cost(i - 1, j) + 1 === cost) {
        hypothesisErrors[i--] = 1;
      } else {
        align[j - 1] = i - 1;
        referenceErrors[j--] = 1;
      }
    }
    hypothesisErrors[0] = 0;
    referenceErrors[0] = 0;
    for (let k = 1; k <= n; k++) hypothesisErrors[k] = hypothesisErrors[k]! + hypothesisErrors[k - 1]!;
    for (let k = 1; k <= m; k++) referenceErrors[k] = referenceErrors[k]! + referenceErrors[k - 1]!;
  }

  /** Finds the best shift. @returns false when none gains, or when the limit of candidates is reached */
  #findShift(distance: number, reference: Int32Array): boolean {
    this.#trace(reference);
    const { n, m } = this.#matrix;
    const words = this.#words;
    this.#best.length = 0;
    this.#best.gain = -UNREACHED;
    for (let start = 0; start < n; start++) {
      const word = words[start];
      const last = Math.min(m - 1, start + MAX_SHIFT_DISTANCE);
      for (let at = Math.max(0, start - MAX_SHIFT_DISTANCE); at <= last; at++) {
        if (reference[at] !== word) continue;
        const longest = Math.min(MAX_SHIFT_LENGTH, n - start, m - at);
        for (let length = 1; length <= longest; length++) {
          if (words[start + length - 1] !== reference[at + length - 1]) break;
          this.#tryBlock(distance, reference, start, at, length);
          if (this.#checked >= MAX_CANDIDATES) return false;
        }
      }
    }
    return this.#best.gain > 0;
  }

  /** Tries the targets of one block that stands at `start` in the hypothesis and at `at` in the reference. */
  #tryBlock(distance: number, reference: Int32Array, start: number, at: number, length: number): void {
    const align = this.#align;
    if (this.#hypothesisErrors[start + length] === this.#hypothesisErrors[start]) return;
    if (this.#referenceErrors[at + length] === this.#referenceErrors[at]) return;
    const aligned = align[at]!;
    if (aligned >= start && aligned < start + length) return;
    let previous = -1;
    for (let offset = -1; offset < length; offset++) {
      const target = at + offset < 0 ? 0 : align[at + offset]! + 1;
      if (target === previous) continue;
      previous = target;
      this.#checked++;
      this.#tryShift(distance, reference, start, length, target);
    }
  }

  #tryShift(distance: number, reference: Int32Array, start: number, length: number, target: number): void {
    const best = this.#best;
    const matrix = this.#matrix;
    const low = Math.min(start, target);
    const high =
      target < start ? start + length : target > start + length ? target : Math.min(matrix.n, length + target);
    // The new path costs at least what the unchanged rows before and after the stretch cost at their cheapest.
    const mostGain = distance - matrix.forwardMin[low]! - matrix.backwardMin[high]!;
    if (!outranks(mostGain, length, start, target, best)) return;
    const changed = this.#scratch;
    this.#move(changed, low, high, start, length, target);
    const gain = distance - matrix.distanceWith(changed, low, high, reference);
    if (!outranks(gain, length, start, target, best)) return;
    best.gain = gain;
    best.length = length;
    best.start = start;
    best.target = target;
  }

  /** Writes the words `low…high` after the shift. */
  #move(out: Int32Array, low: number, high: number, start: number, length: number, target: number): void {
    const words = this.#words;
    let to = 0;
    if (target < start) {
      for (let i = start; i < start + length; i++) out[to++] = words[i]!;
      for (let i = low; i < start; i++) out[to++] = words[i]!;
    } else {
      for (let i = start + length; i < high; i++) out[to++] = words[i]!;
      for (let i = start; i < start + length; i++) out[to++] = words[i]!;
    }
  }

  /** Makes the best shift. @returns the distance after it */
  #apply(reference: Int32Array): number {
    const { start, length, target } = this.#best;
    const low = Math.min(start, target);
    const n = this.#matrix.n;
    const high = target < start ? start + length : target > start + length ? target : Math.min(n, length + target);
    this.#move(this.#scratch, low, high, start, length, target);
    this.#words.set(this.#scratch.subarray(0, high - low), low);
    return this.#matrix.fill(this.#words, reference, low, high);
  }
}

/** Tercom's order: the largest gain, then the longest block, then the earliest block, then the earliest target. */
function outranks(gain: number, length: number, start: number, target: number, best: Shift): boolean {
  if (gain !== best.gain) return gain > best.gain;
  if (length !== best.length) return length > best.length;
  if (start !== best.start) return start < best.start;
  return target < best.target;
}
