import type { Column, PageIndex } from '../../src/rows/page-data.ts';
import { remember } from './remember.ts';

/** All rows by sample, then by model. */
export function naturalOrder({ rows, sample, model }: PageIndex): Int32Array {
  return remember(sample, 'order', () => {
    const all = Int32Array.from({ length: rows }, (_, row) => row);
    return sortedBy(sortedBy(all, model), sample);
  });
}

/** All rows by a key, the smallest first; rows of one key keep the natural order. NaN stands behind all others. */
export function orderBy(index: PageIndex, keys: Column): Int32Array {
  return remember(keys, 'order', () => sortedBy(naturalOrder(index), keys));
}

/**
 * Rows by their keys, stable. Keys are sorted as numbers, without a comparison of ours, and rows are then counted into their
 * places: some five times as fast as sorting the rows by a function.
 */
function sortedBy(rows: Int32Array, keys: Column): Int32Array {
  if (isSorted(rows, keys)) return rows;
  const distinct = distinctOf(keys);
  const places = new Uint32Array(keys.length);
  const starts = new Uint32Array(distinct.length + 1);
  for (let row = 0; row < keys.length; row++) {
    const place = placeOf(distinct, keys[row]!);
    places[row] = place;
    starts[place + 1]! += 1;
  }
  for (let place = 1; place < starts.length; place++) starts[place]! += starts[place - 1]!;
  const sorted = new Int32Array(rows.length);
  for (const row of rows) sorted[starts[places[row]!]!++] = row;
  return sorted;
}

function isSorted(rows: Int32Array, keys: Column): boolean {
  for (let at = 1; at < rows.length; at++) if (!(keys[rows[at - 1]!]! <= keys[rows[at]!]!)) return false;
  return true;
}

/** The values that occur, ascending; NaN last, as typed arrays sort it. Few of many rows are found without sorting those. */
function distinctOf(keys: Column): Column {
  const few = new Set<number>();
  for (const key of keys) {
    few.add(key + 0);
    if (few.size > 4096) break;
  }
  if (few.size <= 4096) return Float64Array.from(few).sort();
  const sorted = keys.slice().sort();
  let count = 0;
  for (let at = 0; at < sorted.length; at++)
    if (at === 0 || !Object.is(sorted[at], sorted[count - 1])) sorted[count++] = sorted[at]!;
  return sorted.subarray(0, count);
}

function placeOf(distinct: Column, key: number): number {
  if (Number.isNaN(key)) return distinct.length - 1;
  let low = 0;
  let high = distinct.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (distinct[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The rows of a sample, by model. */
export function rowsOfSample(index: PageIndex, wanted: number): number[] {
  const order = naturalOrder(index);
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (index.sample[order[middle]!]! < wanted) low = middle + 1;
    else high = middle;
  }
  const found: number[] = [];
  while (low < order.length && index.sample[order[low]!] === wanted) found.push(order[low++]!);
  return found;
}

/** Calls back with the rows of each sample: a stretch of the natural order. */
export function eachSample(index: PageIndex, look: (order: Int32Array, from: number, to: number) => void): void {
  const order = naturalOrder(index);
  for (let from = 0, to = 0; from < order.length; from = to) {
    const sample = index.sample[order[from]!];
    while (to < order.length && index.sample[order[to]!] === sample) to++;
    look(order, from, to);
  }
}
