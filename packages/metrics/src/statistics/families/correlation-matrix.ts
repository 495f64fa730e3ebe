import { invalidArgument } from '../invalid-argument.ts';
import { ExactSum } from '../moments/exact-sum.ts';
import { Moments } from '../moments/moments.ts';

/** A symmetric matrix, row by row. */
export type Matrix = readonly Float64Array[];

/**
 * Correlations of columns of differences (one value a sample, or summed by cluster); NaN, where a sample lacks a score,
 * counts as the column's mean. A constant column has 0 with every other. O(n K²); no order of the samples changes a bit.
 * @throws RangeError METRIC_LENGTH_MISMATCH where columns differ in length
 */
export function correlationMatrix(columns: readonly ArrayLike<number>[]): Matrix {
  const length = columns[0]?.length ?? 0;
  if (columns.some((column) => column.length !== length)) {
    throw invalidArgument('columns of differences must have one length', 'METRIC_LENGTH_MISMATCH');
  }
  const centred = columns.map(center);
  const matrix = columns.map(() => new Float64Array(columns.length));
  for (let i = 0; i < columns.length; i++) {
    matrix[i]![i] = 1;
    for (let j = 0; j < i; j++) {
      const value = correlation(centred[i]!, centred[j]!);
      matrix[i]![j] = value;
      matrix[j]![i] = value;
    }
  }
  return matrix;
}

/** A column less its mean, of length 1; null where it is constant. */
function center(column: ArrayLike<number>): Float64Array | null {
  const known = Array.from(column).filter((value) => !Number.isNaN(value));
  const mean = Moments.of(known).mean() ?? 0;
  const centred = Float64Array.from(column, (value) => (Number.isNaN(value) ? 0 : value - mean));
  const norm = Math.sqrt(dot(centred, centred));
  return norm > 1e-12 ? centred.map((value) => value / norm) : null;
}

function correlation(a: Float64Array | null, b: Float64Array | null): number {
  return a === null || b === null ? 0 : Math.min(1, Math.max(-1, dot(a, b)));
}

function dot(a: Float64Array, b: Float64Array): number {
  const sum = new ExactSum();
  for (let i = 0; i < a.length; i++) sum.add(a[i]! * b[i]!);
  return sum.value();
}
