import { firstAtLeast, type RowRange } from './row-selection.ts';

/** Rows of one shard among some rows in a row: the first that it takes, and the end (exclusive) of them. */
export interface ShardSpan extends RowRange {
  readonly shard: number;
}

/** The rows that a run takes, and to which of its shards each belongs; cut as `shardRows` does. */
export class TakenRows {
  readonly total: number;
  readonly #rows: readonly number[] | undefined;
  readonly #shards: number;

  /** @param rows ascending; undefined for the first `total` */
  constructor(rows: readonly number[] | undefined, total: number, shards: number) {
    this.#rows = rows;
    this.total = total;
    this.#shards = shards;
  }

  has(row: number): boolean {
    return this.#rows === undefined ? row < this.total : this.#rows[this.#positionOf(row)] === row;
  }

  /** What shards take of the rows `from` to `to` (exclusive); rows that are not taken may lie within a span. */
  *spans(from: number, to: number): Generator<ShardSpan> {
    const end = this.#positionOf(to);
    for (let position = this.#positionOf(from); position < end; ) {
      const shard = this.#shardOf(position);
      const next = Math.min(end, this.startOf(shard + 1));
      yield { shard, from: this.#rowAt(position), to: this.#rowAt(next - 1) + 1 };
      position = next;
    }
  }

  /** Taken rows before those of a shard. */
  startOf(shard: number): number {
    return Math.floor((this.total * shard) / this.#shards);
  }

  #shardOf(position: number): number {
    let shard = Math.floor((position * this.#shards) / this.total);
    while (this.startOf(shard + 1) <= position) shard += 1;
    return shard;
  }

  #rowAt(position: number): number {
    return this.#rows?.[position] ?? position;
  }

  /** Taken rows before this one. */
  #positionOf(row: number): number {
    return this.#rows === undefined ? Math.min(row, this.total) : firstAtLeast(this.#rows, row);
  }
}
