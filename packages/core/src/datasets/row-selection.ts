import { hash } from 'node:crypto';

/** Rows from … to (exclusive), counted from 0. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Draws `n` of `count` rows uniformly without replacement, in ascending order. Each row has a rank hashed from the seed
 * and its position, and the lowest n win: memory grows with n only, and a row's rank does not depend on the others, so
 * that a larger n holds every row of a smaller one.
 */
export function sampleRows(count: number, n: number, seed: number): number[] {
  if (n >= count) return Array.from({ length: count }, (_, i) => i);
  const heap = new RankHeap(n);
  const key = seedKey(seed);
  for (let row = 0; row < count; row++) heap.offer(rank(key, row), row);
  return heap.rows().sort((a, b) => a - b);
}

/** Two 32-bit halves of a hash of the seed. */
function seedKey(seed: number): readonly [number, number] {
  const digest = hash('sha256', `assay sample ${seed}`, 'hex');
  return [Number.parseInt(digest.slice(0, 8), 16) | 0, Number.parseInt(digest.slice(8, 16), 16) | 0];
}

/** A 53-bit rank by two rounds of murmur3's finaliser: 10 million rows take well under a second. */
function rank([a, b]: readonly [number, number], row: number): number {
  const low = mix((row ^ a) | 0);
  const high = mix((low + b + Math.imul(Math.floor(row / 0x1_0000_0000), 0x9e3779b1)) | 0);
  return (high >>> 0) * 0x20_0000 + (mix((low ^ b) | 0) >>> 11);
}

function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return (h ^ (h >>> 16)) | 0;
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
