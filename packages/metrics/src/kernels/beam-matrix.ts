/** Half the width of TER's search around the diagonal, as sacreBLEU has it. */
const BEAM = 25;
/** Cost of a cell outside the beam: more than any distance, and still an integer when some are added. */
export const UNREACHED: number = 0x1fffffff;

/**
 * Edit distances from hypothesis to reference within sacreBLEU's beam: of prefixes (`forward`) and of suffixes
 * (`backward`), so that the distance of a hypothesis changed in one stretch needs new rows for that stretch only.
 * Rows are stored without the cells outside the beam: row i has the columns `from[i]…to[i]`, at `start[i]`. Both ends of
 * the beam only ever move right from row to row.
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
  #row: Int32Array = new Int32Array(64);
  #otherRow: Int32Array = new Int32Array(64);

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
    }
    if (this.#row.length < m + 2) {
      this.#row = new Int32Array(2 * m + 2);
      this.#otherRow = new Int32Array(2 * m + 2);
    }
    for (let j = 0; j <= m; j++) this.forward[j] = j;
    this.forwardMin[0] = 0;
  }

  /** Cost of turning the first i words of the hypothesis into the first j of the reference. */
  cost(i: number, j: number): number {
    return j < this.from[i]! || j >= this.to[i]! ? UNREACHED : this.forward[this.start[i]! + j - this.from[i]!]!;
  }

  /**
   * Fills both directions for a hypothesis of which only the words `low…high` have changed since the last call.
   * @returns its distance
   */
  fill(words: Int32Array, reference: Int32Array, low: number, high: number): number {
    const { n, m, from, to, start, forward, backward } = this;
    for (let i = low + 1; i <= n; i++) {
      const above = start[i - 1]! - from[i - 1]!;
      const at = start[i]! - from[i]!;
      const word = words[i - 1]!;
      this.forwardMin[i] = fillRow(
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
      this.backwardMin[n] = 0;
    }
    for (let i = Math.min(high, n) - 1; i >= 0; i--) {
      const below = start[i + 1]! - from[i + 1]!;
      const at = start[i]! - from[i]!;
      this.backwardMin[i] = fillRowBackward(
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
    return this.cost(n, m);
  }

  /**
   * Distance of the filled hypothesis when its words `low…high` are replaced.
   * @param changed the new words, `changed[0]` standing at `low`
   */
  distanceWith(changed: Int32Array, low: number, high: number, reference: Int32Array): number {
    const { n, m, from, to, start, backward } = this;
    let above = this.forward;
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
    if (high === n) return above[aboveAt + m]!;
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
