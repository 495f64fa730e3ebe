import { rowRanker } from './row-rank.ts';

/** Rows from … to (exclusive), counted from 0. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** Rows that are wanted of some `start` to `end` (exclusive): the first and the end (exclusive) of them; undefined for none. */
export type WantedSpan = (start: number, end: number) => RowRange | undefined;

/** @param rows ascending */
export function spanOfRows(rows: readonly number[]): WantedSpan {
  return (start, end) => {
    const first = firstAtLeast(rows, start);
    const after = firstAtLeast(rows, end);
    return first === after ? undefined : { from: rows[first]!, to: rows[after - 1]! + 1 };
  };
}

export function spanOfRange({ from, to }: RowRange): WantedSpan {
  return (start, end) => {
    const span = { from: Math.max(start, from), to: Math.min(end, to) };
    return span.from < span.to ? span : undefined;
  };
}

/** The same asked in rows that begin at `offset`: of one file of several. */
export function spanFrom(offset: number, wanted: WantedSpan): WantedSpan {
  return (start, end) => {
    const span = wanted(start + offset, end + offset);
    return span === undefined ? undefined : { from: span.from - offset, to: span.to - offset };
  };
}

/** The position of the first row that is not below `row`. @param rows ascending */
export function firstAtLeast(rows: readonly number[], row: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]! < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Membership in an ascending list, asked in ascending order. */
export function ascendingMember(rows: readonly number[]): (index: number) => boolean {
  let next = 0;
  return (index) => {
    while (next < rows.length && rows[next]! < index) next++;
    return rows[next] === index;
  };
}

/**
 * Draws `n` of `count` rows uniformly without replacement, in ascending order. Each row has a rank hashed from the seed
 * and its position, and the lowest n win: memory grows with n only, and a row's rank does not depend on the others, so
 * that a larger n holds every row of a smaller one.
 */
export function sampleRows(count: number, n: number, seed: number): number[] {
  if (n >= count) return Array.from({ length: count }, (_, i) => i);
  const heap = new RankHeap(n);
  const rank = rowRanker(`assay sample ${seed}`);
  for (let row = 0; row < count; row++) heap.offer(rank(row), row);
  return heap.rows().sort((a, b) => a - b);
}

/** Keeps the n rows of lowest rank: a binary heap with the greatest kept rank on top. */
class RankHeap {
  readonly #capacity: number;
  readonly #ranks: number[] = [];
  readonly #rows: number[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  offer(rank: number, row: number): void {
    if (this.#ranks.length < this.#capacity) {
      this.#ranks.push(rank);
      this.#rows.push(row);
      this.#siftUp(this.#ranks.length - 1);
    } else if (this.#capacity > 0 && rank < this.#ranks[0]!) {
      this.#ranks[0] = rank;
      this.#rows[0] = row;
      this.#siftDown();
    }
  }

  rows(): number[] {
    return this.#rows;
  }

  #siftUp(start: number): void {
    for (let i = start; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (this.#ranks[parent]! >= this.#ranks[i]!) return;
      this.#swap(i, parent);
      i = parent;
    }
  }

  #siftDown(): void {
    for (let i = 0; ; ) {
      let top = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < this.#ranks.length && this.#ranks[child]! > this.#ranks[top]!) top = child;
      }
      if (top === i) return;
      this.#swap(i, top);
      i = top;
    }
  }

  #swap(i: number, j: number): void {
    [this.#ranks[i], this.#ranks[j]] = [this.#ranks[j]!, this.#ranks[i]!];
    [this.#rows[i], this.#rows[j]] = [this.#rows[j]!, this.#rows[i]!];
  }
}
