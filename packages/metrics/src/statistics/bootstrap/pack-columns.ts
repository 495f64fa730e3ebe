import type { SufficientStatistics } from './sufficient-statistics.ts';

/** Several small whole numbers in one double, so that one addition sums them all. */
export interface PackedColumns {
  /** Row-major, `rows` × `words`. */
  readonly data: Float64Array;
  readonly words: number;
  /** Writes the column sums that the word sums stand for. */
  unpack(wordSums: Float64Array, sums: Float64Array): void;
}

interface Place {
  readonly word: number;
  /** Power of two: the column's sum is ⌊word / scale⌋ modulo range, plus its base for every draw. */
  readonly scale: number;
  /** Power of two; Infinity for a column that has its word alone. */
  readonly range: number;
  readonly base: number;
}

/**
 * Packs columns of whole numbers as tightly as 53 bits allow for sums of as many draws as there are rows;
 * equal columns share one place. Other columns get a word each. Sums come out the same to the last bit.
 */
export function packColumns({ data, rows, columns }: SufficientStatistics): PackedColumns {
  const places: Place[] = [];
  const sources: number[] = [];
  /** Columns that equal an earlier one, and that one. */
  const twins: { readonly column: number; readonly twin: number }[] = [];
  let words = 0;
  let used = Number.POSITIVE_INFINITY;
  for (let column = 0; column < columns; column++) {
    const twin = findTwin(data, rows, columns, column);
    if (twin !== -1) {
      places.push(places[twin]!);
      twins.push({ column, twin });
      continue;
    }
    sources.push(column);
    const { isExact, base, largest } = describe(data, rows, columns, column);
    const bits = bitsOf(rows * (largest - base));
    if (!isExact || bits > 53) {
      places.push({ word: words++, scale: 1, range: Number.POSITIVE_INFINITY, base: 0 });
      used = Number.POSITIVE_INFINITY;
      continue;
    }
    if (used + bits > 53) {
      words++;
      used = 0;
    }
    places.push({ word: words - 1, scale: 2 ** used, range: 2 ** bits, base });
    used += bits;
  }
  const unpack = (wordSums: Float64Array, sums: Float64Array): void => {
    for (let at = 0; at < sources.length; at++) {
      const column = sources[at]!;
      const { word, scale, range, base } = places[column]!;
      const value = wordSums[word]!;
      if (range === Number.POSITIVE_INFINITY) {
        sums[column] = value;
      } else {
        // Division by powers of two is exact, and quicker than %.
        const shifted = Math.floor(value / scale);
        sums[column] = shifted - Math.floor(shifted / range) * range + rows * base;
      }
    }
    for (let at = 0; at < twins.length; at++) sums[twins[at]!.column] = sums[twins[at]!.twin]!;
  };
  return { data: write(data, rows, columns, words, places, sources), words, unpack };
}

function findTwin(data: Float64Array, rows: number, columns: number, column: number): number {
  for (let other = 0; other < column; other++) {
    let row = 0;
    while (row < rows && data[row * columns + other] === data[row * columns + column]) row++;
    if (row === rows) return other;
  }
  return -1;
}

function describe(data: Float64Array, rows: number, columns: number, column: number) {
  let whole = true;
  let base = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < rows; row++) {
    const value = data[row * columns + column]!;
    whole &&= Number.isInteger(value);
    base = Math.min(base, value);
    largest = Math.max(largest, value);
  }
  // Beyond that a sum is rounded, once packed and otherwise at each row.
  const isExact = whole && rows * Math.max(Math.abs(base), Math.abs(largest)) <= Number.MAX_SAFE_INTEGER;
  return { isExact, base, largest };
}

/** How many bits the whole numbers up to this one take. */
function bitsOf(most: number): number {
  const bits = Math.ceil(Math.log2(most + 1));
  // The logarithm of a little more than a power of two is rounded down to it.
  return 2 ** bits > most ? bits : bits + 1;
}

function write(
  data: Float64Array,
  rows: number,
  columns: number,
  words: number,
  places: readonly Place[],
  sources: readonly number[],
): Float64Array {
  const packed = new Float64Array(rows * words);
  for (let row = 0; row < rows; row++) {
    for (const column of sources) {
      const { word, scale, base } = places[column]!;
      packed[row * words + word]! += (data[row * columns + column]! - base) * scale;
    }
  }
  return packed;
}
