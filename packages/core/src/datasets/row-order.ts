import { hash } from 'node:crypto';
import { rowRanker } from './row-rank.ts';

/** A random order of rows, as a manifest records it. */
export interface RowOrder {
  readonly seed: number;
  readonly rows: readonly number[];
  /** Of the rows' numbers in this order, joined by commas. */
  readonly sha256: string;
}

/** Rows by a rank hashed from the seed and each row's position: the same rows in the same order, however they are read. */
export function orderRows(rows: readonly number[], seed: number): RowOrder {
  const isBefore = rowComparer(seed);
  const ordered = [...rows].sort(isBefore);
  return { seed, rows: ordered, sha256: hash('sha256', ordered.join(), 'hex') };
}

/** Compares two rows by their place in the order of a seed: negative where the first comes earlier. */
export function rowComparer(seed: number): (a: number, b: number) => number {
  const rank = rowRanker(`assay order ${seed}`);
  return (a, b) => rank(a) - rank(b) || a - b;
}
