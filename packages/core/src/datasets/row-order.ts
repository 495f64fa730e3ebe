import { createHash } from 'node:crypto';
import { rowRanker } from './row-rank.ts';

/** A random order of rows, as a manifest records it. */
export interface RowOrder {
  readonly seed: number;
  readonly rows: readonly number[];
  /** Of the rows' numbers in this order, each followed by a comma. */
  readonly sha256: string;
}

/** Rows by a rank hashed from the seed and each row's position: the same rows in the same order, however they are read. */
export function orderRows(rows: readonly number[], seed: number): RowOrder {
  const rank = rowRanker(orderName(seed));
  const ranks = Float64Array.from(rows, rank);
  const places = Uint32Array.from(rows, (_, place) => place);
  places.sort((a, b) => ranks[a]! - ranks[b]! || rows[a]! - rows[b]!);
  const ordered = Array.from(places, (place) => rows[place]!);
  return { seed, rows: ordered, sha256: digestOf(ordered) };
}

/** Compares two rows by their place in the order of a seed: negative where the first comes earlier. */
export function rowComparer(seed: number): (a: number, b: number) => number {
  const rank = rowRanker(orderName(seed));
  return (a, b) => rank(a) - rank(b) || a - b;
}

/** Other than the name under which samples are drawn: being drawn says nothing about one's place. */
function orderName(seed: number): string {
  return `assay order ${seed}`;
}

function digestOf(rows: readonly number[]): string {
  const hash = createHash('sha256');
  for (let at = 0; at < rows.length; at += 4096) hash.update(`${rows.slice(at, at + 4096).join()},`);
  return hash.digest('hex');
}
