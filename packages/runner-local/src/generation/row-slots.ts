import type { KvCache } from '../layouts/kv-cache.ts';
import { type GenerationRow, isDecoding } from './generation-row.ts';

/** Rows in consecutive slots of a cache, those that decode in front: a row that moves takes its keys and values along. */
export class RowSlots {
  readonly #rows: GenerationRow[];
  readonly #cache: KvCache;

  /** @param rows in the order of their slots; changed here and by the engine */
  constructor(rows: GenerationRow[], cache: KvCache) {
    this.#rows = rows;
    this.#cache = cache;
  }

  /** Rows that decode: they stand in front. */
  decodingCount(): number {
    const first = this.#rows.findIndex((row) => !isDecoding(row));
    return first < 0 ? this.#rows.length : first;
  }

  /** Removes finished rows and brings rows that have just begun to decode in front. */
  settle(finished: Set<GenerationRow>): void {
    for (let i = this.#rows.length - 1; i >= 0; i--) if (finished.has(this.#rows[i]!)) this.remove(i);
    finished.clear();
    let front = this.decodingCount();
    for (let i = front + 1; i < this.#rows.length; i++) {
      if (isDecoding(this.#rows[i]!)) this.#swap(front++, i);
    }
  }

  /** Closes the gap with the last row of the same kind, and that one's gap with the last row of all. */
  remove(index: number): void {
    const lastDecoding = this.decodingCount() - 1;
    let gap = index;
    if (index < lastDecoding) {
      this.#move(lastDecoding, index);
      gap = lastDecoding;
    }
    const last = this.#rows.length - 1;
    if (gap < last) this.#move(last, gap);
    this.#rows.pop();
  }

  #move(from: number, to: number): void {
    this.#cache.copySlot(from, to, this.#rows[from]!.length);
    this.#rows[to] = this.#rows[from]!;
  }

  #swap(a: number, b: number): void {
    const [rowA, rowB] = [this.#rows[a]!, this.#rows[b]!];
    const kept = this.#cache.snapshot(a, rowA.length);
    this.#cache.copySlot(b, a, rowB.length);
    this.#cache.restore(kept, rowA.length, b, rowA.length);
    [this.#rows[a], this.#rows[b]] = [rowB, rowA];
  }

  /** Columns that the longest row takes. */
  longest(): number {
    return this.#rows.reduce((most, row) => Math.max(most, isDecoding(row) ? row.length : row.job.tokens.length), 0);
  }
}
