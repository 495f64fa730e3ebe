import { invalidArgument } from '../invalid-argument.ts';

/** What each sample adds to a corpus score: one row per sample, such as BLEU's n-gram counts. */
export interface SufficientStatistics {
  /** Row-major, `rows` × `columns`. */
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** A score from the column sums, such as corpus BLEU. May return NaN where it is undefined. */
export type StatisticOfSums = (sums: Float64Array) => number;

/** Value and count of each sample: the statistics of a mean, whose score is {@link ratioOfSums}. */
export function meanStatistics(values: ArrayLike<number>): SufficientStatistics {
  const data = new Float64Array(values.length * 2);
  for (let i = 0; i < values.length; i++) {
    data[2 * i] = values[i]!;
    data[2 * i + 1] = 1;
  }
  return { data, rows: values.length, columns: 2 };
}

/** First column's sum over the second's. */
export function ratioOfSums(sums: Float64Array): number {
  return sums[0]! / sums[1]!;
}

export function columnSums(statistics: SufficientStatistics): Float64Array {
  const { data, rows, columns } = checkStatistics(statistics);
  const sums = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) sums[column]! += data[row * columns + column]!;
  }
  return sums;
}

/** The columns of both side by side, so that a resample takes the same samples of each. */
export function joinColumns(a: SufficientStatistics, b: SufficientStatistics): SufficientStatistics {
  checkStatistics(a);
  checkStatistics(b);
  if (a.rows !== b.rows) {
    throw invalidArgument(
      `paired statistics need as many rows on both sides: ${a.rows} and ${b.rows}`,
      'METRIC_LENGTH_MISMATCH',
    );
  }
  const columns = a.columns + b.columns;
  const data = new Float64Array(a.rows * columns);
  for (let row = 0; row < a.rows; row++) {
    data.set(a.data.subarray(row * a.columns, (row + 1) * a.columns), row * columns);
    data.set(b.data.subarray(row * b.columns, (row + 1) * b.columns), row * columns + a.columns);
  }
  return { data, rows: a.rows, columns };
}

/** One row per cluster: the sum of its samples' rows, in order of first appearance. */
export function sumRowsByKey(
  statistics: SufficientStatistics,
  keys: ArrayLike<string | number>,
): SufficientStatistics & { readonly firstRow: readonly number[] } {
  const { data, rows, columns } = checkStatistics(statistics);
  checkKeys(keys, rows);
  const index = new Map<string | number, number>();
  const firstRow: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (index.has(keys[row]!)) continue;
    index.set(keys[row]!, index.size);
    firstRow.push(row);
  }
  const sums = new Float64Array(index.size * columns);
  for (let row = 0; row < rows; row++) {
    const start = index.get(keys[row]!)! * columns;
    for (let column = 0; column < columns; column++) sums[start + column]! += data[row * columns + column]!;
  }
  return { data: sums, rows: index.size, columns, firstRow };
}

export function checkKeys(keys: ArrayLike<string | number>, rows: number): void {
  if (keys.length !== rows) throw invalidArgument(`${keys.length} keys for ${rows} rows`, 'METRIC_LENGTH_MISMATCH');
}

export function checkStatistics(statistics: SufficientStatistics): SufficientStatistics {
  const { data, rows, columns } = statistics;
  if (data.length !== rows * columns) {
    throw invalidArgument(
      `${data.length} numbers are not ${rows} rows of ${columns} columns`,
      'METRIC_LENGTH_MISMATCH',
    );
  }
  return statistics;
}
