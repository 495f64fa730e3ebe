import type { BeamCosts } from './beam-costs.ts';
import { writeBeam } from './beam-shape.ts';
import type { TokenBuffer } from './token-buffer.ts';

/** Cost of a cell outside the beam: more than any distance, and still an integer when some are added. */
const UNREACHED = 0x1fffffff;

/**
 * The costs cell by cell, for any shape.
 * Rows are stored without the cells outside the beam: row i has the columns `from[i]…to[i]`, at `start[i]`.
 */
export class BeamMatrix implements BeamCosts {
  words: Int32Array = new Int32Array(64);
  changed: Int32Array = new Int32Array(64);
  align: Int32Array = new Int32Array(64);
  hypothesisErrors: Int32Array = new Int32Array(64);
  referenceErrors: Int32Array = new Int32Array(64);
  #n: number = 0;
  #m: number = 0;
  #reference: Int32Array = new Int32Array(0);
  #from: Int32Array = new Int32Array(64);
  /** One past the last column of a row. */
  #to: Int32Array = new Int32Array(64);
  #start: Int32Array = new Int32Array(64);
  #forward: Int32Array = new Int32Array(1 << 12);
  #backward: Int32Array = new Int32Array(1 << 12);
  /** Smallest cost of each row, forward and backward. */
  #forwardMin: Int32Array = new Int32Array(64);
  #backwardMin: Int32Array = new Int32Array(64);
  #row: Int32Array = new Int32Array(64);
  #otherRow: Int32Array = new Int32Array(64);

  begin(hypothesis: TokenBuffer, reference: TokenBuffer): number {
    const n = hypothesis.length;
    const m = reference.length;
    this.#n = n;
    this.#m = m;
    this.#reserve(Math.max(n, m) + 2);
    this.words.set(hypothesis.ids.subarray(0, n));
    this.#reference = reference.ids;
    writeBeam(this.#from, this.#to, n, m);
    let cells = 0;
    for (let i = 0; i <= n; i++) {
      this.#start[i] = cells;
      cells += this.#to[i]! - this.#from[i]!;
    }
    if (this.#forward.length < cells) {
      this.#forward = new Int32Array(2 * cells);
      this.#backward = new Int32Array(2 * cells);
    }
    for (let j = 0; j <= m; j++) this.#forward[j] = j;
    this.#forwardMin[0] = 0;
    return this.fill(0, n);
  }

  #reserve(size: number): void {
    if (this.words.length >= size) return;
    const array = () => new Int32Array(2 * size);
    this.words = array();
    this.changed = array();
    this.align = array();
    this.hypothesisErrors = array();
    this.referenceErrors = array();
    this.#from = array();
    this.#to = array();
    this.#start = array();
    this.#forwardMin = array();
    this.#backwardMin = array();
    this.#row = array();
    this.#otherRow = array();
  }

  forwardMinimum(i: number): number {
    return this.#forwardMin[i]!;
  }

  backwardMinimum(i: number): number {
    return this.#backwardMin[i]!;
  }

  end(): void {}

  /** Cost of turning the first i words of the hypothesis into the first j of the reference. */
  #cost(i: number, j: number): number {
    return j < this.#from[i]! || j >= this.#to[i]! ? UNREACHED : this.#forward[this.#start[i]! + j - this.#from[i]!]!;
  }

  trace(): void {
    const { words, align, hypothesisErrors, referenceErrors } = this;
    const reference = this.#reference;
    let i = this.#n;
    let j = this.#m;
    while (i > 0 || j > 0) {
      const cost = this.#cost(i, j);
      const error = i > 0 && j > 0 && words[i - 1] === reference[j - 1] ? 0 : 1;
      if (i > 0 && j > 0 && this.#cost(i - 1, j - 1) + error === cost) {
        align[j - 1] = i - 1;
        hypothesisErrors[i--] = error;
        referenceErrors[j--] = error;
      } else if (i > 0 && this.#cost(i - 1, j) + 1 === cost) {
        hypothesisErrors[i--] = 1;
      } else {
        align[j - 1] = i - 1;
        referenceErrors[j--] = 1;
      }
    }
    sumUp(hypothesisErrors, this.#n);
    sumUp(referenceErrors, this.#m);
  }

  fill(low: number, high: number): number {
    const n = this.#n;
    const m = this.#m;
    const from = this.#from;
    const to = this.#to;
    const start = this.#start;
    const forward = this.#forward;
    const backward = this.#backward;
    const words = this.words;
    const reference = this.#reference;
    for (let i = low + 1; i <= n; i++) {
      const above = start[i - 1]! - from[i - 1]!;
      const at = start[i]! - from[i]!;
      const word = words[i - 1]!;
      this.#forwardMin[i] = fillRow(
        forward,
        above,
        from[i - 1]!,
        to[i - 1]!,
        forward,
        at,
        from[i]!,
        to[i]!,
        word,
        reference,
      );
    }
    if (high === n) {
      for (let j = from[n]!; j <= m; j++) backward[start[n]! + j - from[n]!] = m - j;
      this.#backwardMin[n] = 0;
    }
    for (let i = Math.min(high, n) - 1; i >= 0; i--) {
      const below = start[i + 1]! - from[i + 1]!;
      const at = start[i]! - from[i]!;
      this.#backwardMin[i] = fillRowBackward(
        backward,
        below,
        from[i + 1]!,
        to[i + 1]!,
        at,
        from[i]!,
        to[i]!,
        words[i]!,
        reference,
      );
    }
    return this.#cost(n, m);
  }

  distanceWith(low: number, high: number): number {
    const from = this.#from;
    const to = this.#to;
    const start = this.#start;
    const backward = this.#backward;
    const changed = this.changed;
    const reference = this.#reference;
    let above = this.#forward;
    let aboveAt = start[low]! - from[low]!;
    let row = this.#row;
    let other = this.#otherRow;
    for (let i = low + 1; i <= high; i++) {
      fillRow(above, aboveAt, from[i - 1]!, to[i - 1]!, row, 0, from[i]!, to[i]!, changed[i - 1 - low]!, reference);
      above = row;
      aboveAt = 0;
      row = other;
      other = above;
    }
    if (high === this.#n) return above[aboveAt + this.#m]!;
    const backwardAt = start[high]! - from[high]!;
    const last = to[high]!;
    let smallest = UNREACHED;
    for (let j = from[high]!; j < last; j++) {
      const cost = above[aboveAt + j]! + backward[backwardAt + j]!;
      if (cost < smallest) smallest = cost;
    }
    return smallest;
  }
}

/** Makes the values at 1…size the sums up to there. */
function sumUp(values: Int32Array, size: number): void {
  values[0] = 0;
  for (let k = 1; k <= size; k++) values[k] = values[k]! + values[k - 1]!;
}

/** The smaller of two costs, without a branch: which one it is cannot be predicted. */
function smaller(a: number, b: number): number {
  const difference = (a - b) | 0;
  return (b + (difference & (difference >> 31))) | 0;
}

/** Fills one row from the one above it. @returns its smallest cost */
function fillRow(
  above: Int32Array,
  aboveAt: number,
  aboveFirst: number,
  aboveLast: number,
  row: Int32Array,
  rowAt: number,
  first: number,
  last: number,
  word: number,
  reference: Int32Array,
): number {
  let j = first;
  let diagonal = first > aboveFirst ? above[aboveAt + first - 1]! : UNREACHED;
  let left = UNREACHED;
  let smallest = UNREACHED;
  if (j === 0) {
    diagonal = above[aboveAt]!;
    left = diagonal + 1;
    smallest = left;
    row[rowAt] = left;
    j = 1;
  }
  const both = Math.min(last, aboveLast);
  for (; j < both; j++) {
    const up = above[aboveAt + j]!;
    const across = reference[j - 1] === word ? diagonal : diagonal + 1;
    left = smaller(smaller(across, up + 1), left + 1);
    diagonal = up;
    row[rowAt + j] = left;
    smallest = smaller(smallest, left);
  }
  for (; j < last; j++) {
    const across = reference[j - 1] === word ? diagonal : diagonal + 1;
    left = Math.min(across, left + 1);
    diagonal = UNREACHED;
    row[rowAt + j] = left;
    if (left < smallest) smallest = left;
  }
  return smallest;
}

/** Fills one row from the one below it. @returns its smallest cost */
function fillRowBackward(
  costs: Int32Array,
  belowAt: number,
  belowFirst: number,
  belowLast: number,
  at: number,
  first: number,
  last: number,
  word: number,
  reference: Int32Array,
): number {
  let j = last - 1;
  let diagonal = last < belowLast ? costs[belowAt + last]! : UNREACHED;
  let right = UNREACHED;
  let smallest = UNREACHED;
  const both = Math.max(first, belowFirst);
  for (; j >= both; j--) {
    const down = costs[belowAt + j]!;
    const across = reference[j] === word ? diagonal : diagonal + 1;
    right = smaller(smaller(across, down + 1), right + 1);
    diagonal = down;
    costs[at + j] = right;
    smallest = smaller(smallest, right);
  }
  for (; j >= first; j--) {
    const across = reference[j] === word ? diagonal : diagonal + 1;
    right = Math.min(across, right + 1);
    diagonal = UNREACHED;
    costs[at + j] = right;
    if (right < smallest) smallest = right;
  }
  return smallest;
}
