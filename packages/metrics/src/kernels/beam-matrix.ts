/** Half the width of TER's search around the diagonal, as sacreBLEU has it. */
const BEAM = 25;
/** Cost of a cell outside the beam: more than any distance, and still an integer when one is added. */
export const UNREACHED = 0x3fffffff;

export const KEEP = 0;
export const SUBSTITUTE = 1;
/** A word of the hypothesis that the reference lacks. */
export const DELETE = 2;
/** A word of the reference that the hypothesis lacks. */
export const INSERT = 3;

/**
 * Edit distances from hypothesis to reference within sacreBLEU's beam: prefixes (`forward`) and suffixes (`backward`),
 * so that the distance of a hypothesis changed in one stretch needs new rows for that stretch only.
 * Rows are stored without the cells outside the beam: row i has the columns `from[i]…to[i]`, at `start[i]`.
 */
export class BeamMatrix {
  n: number = 0;
  m: number = 0;
  from: Int32Array = new Int32Array(64);
  /** One past the last column of a row. */
  to: Int32Array = new Int32Array(64);
  start: Int32Array = new Int32Array(64);
  forward: Int32Array = new Int32Array(1 << 12);
  backward: Int32Array = new Int32Array(1 << 12);
  /** Smallest cost of each row, forward and backward. */
  forwardMin: Int32Array = new Int32Array(64);
  backwardMin: Int32Array = new Int32Array(64);
  operations: Uint8Array = new Uint8Array(1 << 12);
  #rows: [Int32Array, Int32Array] = [new Int32Array(64), new Int32Array(64)];

  /** Lays the beam out for a hypothesis of n and a reference of m words. */
  shape(n: number, m: number): void {
    this.n = n;
    this.m = m;
    if (this.from.length < n + 1) {
      const rows = 2 * (n + 1);
      this.from = new Int32Array(rows);
      this.to = new Int32Array(rows);
      this.start = new Int32Array(rows);
      this.forwardMin = new Int32Array(rows);
      this.backwardMin = new Int32Array(rows);
    }
    const ratio = n > 0 ? m / n : 1;
    const beam = BEAM < ratio / 2 ? Math.ceil(ratio / 2 + BEAM) : BEAM;
    let cells = 0;
    for (let i = 0; i <= n; i++) {
      const diagonal = Math.floor(i * ratio);
      this.from[i] = i === 0 ? 0 : Math.max(0, diagonal - beam);
      this.to[i] = i === 0 || i === n ? m + 1 : Math.min(m + 1, diagonal + beam);
      this.start[i] = cells;
      cells += this.to[i]! - this.from[i]!;
    }
    if (this.forward.length < cells) {
      this.forward = new Int32Array(2 * cells);
      this.backward = new Int32Array(2 * cells);
      this.operations = new Uint8Array(2 * cells);
    }
    if (this.#rows[0].length < m + 2) this.#rows = [new Int32Array(2 * m + 2), new Int32Array(2 * m + 2)];
  }

  /** Fills both directions for a hypothesis. @returns its distance */
  fill(words: Int32Array, reference: Int32Array): number {
    this.#fillForward(words, reference);
    this.#fillBackward(words, reference);
    return this.forward[this.start[this.n]! + this.m - this.from[this.n]!]!;
  }

  #fillForward(words: Int32Array, reference: Int32Array): void {
    const { n, m, from, to, start, forward, operations } = this;
    for (let j = 0; j <= m; j++) {
      forward[j] = j;
      operations[j] = INSERT;
    }
    this.forwardMin[0] = 0;
    for (let i = 1; i <= n; i++) {
      const first = from[i]!;
      const last = to[i]!;
      const at = start[i]! - first;
      const above = start[i - 1]! - from[i - 1]!;
      const aboveFirst = from[i - 1]!;
      const aboveLast = to[i - 1]!;
      const word = words[i - 1]!;
      let left = UNREACHED;
      let smallest = UNREACHED;
      for (let j = first; j < last; j++) {
        let cost = UNREACHED;
        let operation = INSERT;
        if (j > aboveFirst && j <= aboveLast) {
          const same = reference[j - 1] === word;
          cost = forward[above + j - 1]! + (same ? 0 : 1);
          operation = same ? KEEP : SUBSTITUTE;
        }
        if (j >= aboveFirst && j < aboveLast && forward[above + j]! + 1 < cost) {
          cost = forward[above + j]! + 1;
          operation = DELETE;
        }
        if (left + 1 < cost) {
          cost = left + 1;
          operation = INSERT;
        }
        forward[at + j] = cost;
        operations[at + j] = operation;
        left = cost;
        if (cost < smallest) smallest = cost;
      }
      this.forwardMin[i] = smallest;
    }
  }

  #fillBackward(words: Int32Array, reference: Int32Array): void {
    const { n, m, from, to, start, backward } = this;
    for (let i = n; i >= 0; i--) {
      const first = from[i]!;
      const last = to[i]!;
      const at = start[i]! - first;
      const belowFirst = i < n ? from[i + 1]! : 0;
      const belowLast = i < n ? to[i + 1]! : 0;
      const below = i < n ? start[i + 1]! - belowFirst : 0;
      const word = i < n ? words[i]! : -1;
      let right = UNREACHED;
      let smallest = UNREACHED;
      for (let j = last - 1; j >= first; j--) {
        let cost = i === n && j === m ? 0 : UNREACHED;
        if (j + 1 >= belowFirst && j + 1 < belowLast) {
          cost = backward[below + j + 1]! + (reference[j] === word ? 0 : 1);
        }
        if (j >= belowFirst && j < belowLast && backward[below + j]! + 1 < cost) cost = backward[below + j]! + 1;
        if (right + 1 < cost) cost = right + 1;
        backward[at + j] = cost;
        right = cost;
        if (cost < smallest) smallest = cost;
      }
      this.backwardMin[i] = smallest;
    }
  }

  /**
   * Distance of the filled hypothesis when its words `low…high` are replaced.
   * @param changed the new words, `changed[0]` standing at `low`
   */
  distanceWith(changed: Int32Array, low: number, high: number, reference: Int32Array): number {
    const { n, m, from, to, start, forward, backward } = this;
    let above = forward;
    let aboveAt = start[low]! - from[low]!;
    for (let i = low + 1; i <= high; i++) {
      const row = this.#rows[i & 1]!;
      const first = from[i]!;
      const last = to[i]!;
      const aboveFirst = from[i - 1]!;
      const aboveLast = to[i - 1]!;
      const word = changed[i - 1 - low]!;
      let left = UNREACHED;
      for (let j = first; j < last; j++) {
        let cost = left + 1;
        if (j < aboveLast) {
          if (j > aboveFirst) {
            const diagonal = above[aboveAt + j - 1]! + (reference[j - 1] === word ? 0 : 1);
            if (diagonal < cost) cost = diagonal;
          }
          if (j >= aboveFirst && above[aboveAt + j]! + 1 < cost) cost = above[aboveAt + j]! + 1;
        } else if (j === aboveLast) {
          const diagonal = above[aboveAt + j - 1]! + (reference[j - 1] === word ? 0 : 1);
          if (diagonal < cost) cost = diagonal;
        }
        row[j] = cost;
        left = cost;
      }
      above = row;
      aboveAt = 0;
    }
    if (high === n) return above[aboveAt + m]!;
    const backwardAt = start[high]! - from[high]!;
    let smallest = UNREACHED;
    for (let j = from[high]!; j < to[high]!; j++) {
      const cost = above[aboveAt + j]! + backward[backwardAt + j]!;
      if (cost < smallest) smallest = cost;
    }
    return smallest;
  }
}
