import type { Matrix } from './correlation-matrix.ts';

/** Below this a pivot is rounding: its column depends on those before. */
const LEAST_PIVOT = 1e-10;

/** Lower Cholesky factor of a positive semidefinite matrix; a column that depends on earlier ones is 0. O(K³). */
export function semidefiniteFactor(matrix: Matrix): Float64Array[] {
  const factor = matrix.map((row) => new Float64Array(row.length));
  for (let j = 0; j < matrix.length; j++) {
    const row = factor[j]!;
    const pivot = matrix[j]![j]! - product(row, row, j);
    if (pivot <= LEAST_PIVOT) continue;
    const root = Math.sqrt(pivot);
    row[j] = root;
    for (let i = j + 1; i < matrix.length; i++) {
      factor[i]![j] = (matrix[i]![j]! - product(factor[i]!, row, j)) / root;
    }
  }
  return factor;
}

function product(a: Float64Array, b: Float64Array, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += a[i]! * b[i]!;
  return sum;
}
