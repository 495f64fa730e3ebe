import type { BeamCosts } from './beam-costs.ts';
import { BeamMatrix } from './beam-matrix.ts';
import { PairNumbering } from './pair-numbering.ts';
import { TokenBuffer } from './token-buffer.ts';
import { wasmBeamCosts } from './wasm-beam-costs.ts';
import { WordPlaces } from './word-places.ts';

const MAX_SHIFT_LENGTH = 10;
const MAX_SHIFT_DISTANCE = 50;
const MAX_CANDIDATES = 1000;
/** A gain below any. */
const NO_GAIN = -0x1fffffff;

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
  readonly #numbering: PairNumbering = new PairNumbering();
  readonly #numbered: TokenBuffer = new TokenBuffer();
  readonly #places: WordPlaces = new WordPlaces();
  #costs: BeamCosts = this.#matrix;
  #n: number = 0;
  #m: number = 0;
  #checked: number = 0;
  readonly #best: Shift = { gain: 0, length: 0, start: 0, target: 0 };

  /**
   * Number of shifts and edits from hypothesis to reference; the hypothesis' length when the reference is empty.
   * Numbers the reference anew in place.
   * @param capacity above every id of both
   */
  count(hypothesis: TokenBuffer, reference: TokenBuffer, capacity: number): number {
    const n = hypothesis.length;
    const m = reference.length;
    if (m === 0) return n;
    if (n === m && sameWords(hypothesis.ids, reference.ids, n)) return 0;
    const numbering = this.#numbering;
    numbering.begin(capacity);
    numbering.numberReference(reference);
    numbering.numberHypothesis(hypothesis, this.#numbered);
    this.#n = n;
    this.#m = m;
    this.#checked = 0;
    this.#costs = wasmBeamCosts(n, m, numbering.distinct) ?? this.#matrix;
    let distance = this.#costs.begin(this.#numbered, reference, numbering.distinct);
    let shifts = 0;
    if (distance > 0) this.#places.begin(reference, numbering.distinct);
    while (distance > 0 && this.#findShift(distance, reference.ids)) {
      shifts++;
      distance = this.#apply();
    }
    this.#costs.end();
    return shifts + distance;
  }

  /** Finds the best shift. @returns false when none gains, or when the limit of candidates is reached */
  #findShift(distance: number, reference: Int32Array): boolean {
    this.#costs.trace();
    const n = this.#n;
    const m = this.#m;
    const { words } = this.#costs;
    const { first, next } = this.#places;
    this.#best.length = 0;
    this.#best.gain = NO_GAIN;
    for (let start = 0; start < n; start++) {
      const word = words[start]!;
      if (word === 0) continue;
      const last = start + MAX_SHIFT_DISTANCE;
      for (let at = first[word]!; at !== -1 && at <= last; at = next[at]!) {
        if (at < start - MAX_SHIFT_DISTANCE) continue;
        const longest = Math.min(MAX_SHIFT_LENGTH, n - start, m - at);
        for (let length = 1; length <= longest; length++) {
          if (words[start + length - 1] !== reference[at + length - 1]) break;
          this.#tryBlock(distance, start, at, length);
          if (this.#checked >= MAX_CANDIDATES) return false;
        }
      }
    }
    return this.#best.gain > 0;
  }

  /** Tries the targets of one block that stands at `start` in the hypothesis and at `at` in the reference. */
  #tryBlock(distance: number, start: number, at: number, length: number): void {
    const { align, hypothesisErrors, referenceErrors } = this.#costs;
    if (hypothesisErrors[start + length] === hypothesisErrors[start]) return;
    if (referenceErrors[at + length] === referenceErrors[at]) return;
    const aligned = align[at]!;
    if (aligned >= start && aligned < start + length) return;
    let previous = -1;
    for (let offset = -1; offset < length; offset++) {
      const target = at + offset < 0 ? 0 : align[at + offset]! + 1;
      if (target === previous) continue;
      previous = target;
      this.#checked++;
      this.#tryShift(distance, start, length, target);
    }
  }

  #tryShift(distance: number, start: number, length: number, target: number): void {
    const best = this.#best;
    const costs = this.#costs;
    const low = Math.min(start, target);
    const high = this.#endOfShift(start, length, target);
    // The new path costs at least what the unchanged rows before and after the stretch cost at their cheapest.
    const mostGain = distance - costs.forwardMinimum(low) - costs.backwardMinimum(high);
    if (!outranks(mostGain, length, start, target, best)) return;
    this.#move(low, high, start, length, target);
    const gain = distance - costs.distanceWith(low, high);
    if (!outranks(gain, length, start, target, best)) return;
    best.gain = gain;
    best.length = length;
    best.start = start;
    best.target = target;
  }

  /** One past the last word that the shift moves. */
  #endOfShift(start: number, length: number, target: number): number {
    if (target < start) return start + length;
    return target > start + length ? target : Math.min(this.#n, length + target);
  }

  /** Writes the words `low…high` after the shift. */
  #move(low: number, high: number, start: number, length: number, target: number): void {
    const { words, changed: out } = this.#costs;
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
  #apply(): number {
    const { start, length, target } = this.#best;
    const costs = this.#costs;
    const low = Math.min(start, target);
    const high = this.#endOfShift(start, length, target);
    this.#move(low, high, start, length, target);
    costs.words.set(costs.changed.subarray(0, high - low), low);
    return costs.fill(low, high);
  }
}

function sameWords(a: Int32Array, b: Int32Array, length: number): boolean {
  let at = 0;
  while (at < length && a[at] === b[at]) at++;
  return at === length;
}

/** Tercom's order: the largest gain, then the longest block, then the earliest block, then the earliest target. */
function outranks(gain: number, length: number, start: number, target: number, best: Shift): boolean {
  if (gain !== best.gain) return gain > best.gain;
  if (length !== best.length) return length > best.length;
  if (start !== best.start) return start < best.start;
  return target < best.target;
}
