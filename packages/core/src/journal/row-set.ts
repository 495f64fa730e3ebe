/** Rows of one page, a bit each. */
const PAGE_BITS = 1 << 16;

/** A set of row numbers from 0, a bit a row where rows stand side by side: a million rows take 125 kB, and any number fits. */
export class RowSet implements Iterable<number> {
  readonly #pages = new Map<number, Uint32Array>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(row: number): void {
    const at = Math.floor(row / PAGE_BITS);
    let page = this.#pages.get(at);
    if (page === undefined) {
      page = new Uint32Array(PAGE_BITS / 32);
      this.#pages.set(at, page);
    }
    const offset = row - at * PAGE_BITS;
    const bit = 1 << (offset & 31);
    if ((page[offset >>> 5]! & bit) !== 0) return;
    page[offset >>> 5]! |= bit;
    this.#size += 1;
  }

  has(row: number): boolean {
    const at = Math.floor(row / PAGE_BITS);
    const offset = row - at * PAGE_BITS;
    return ((this.#pages.get(at)?.[offset >>> 5] ?? 0) & (1 << (offset & 31))) !== 0;
  }

  /** Ascending. */
  *[Symbol.iterator](): Generator<number> {
    for (const at of [...this.#pages.keys()].sort((a, b) => a - b)) {
      for (const [word, bits] of this.#pages.get(at)!.entries()) {
        for (let rest = bits; rest !== 0; rest &= rest - 1)
          yield at * PAGE_BITS + word * 32 + (31 - Math.clz32(rest & -rest));
      }
    }
  }
}
