import { invalidArgument } from '../invalid-argument.ts';
import type { Matrix } from './correlation-matrix.ts';
import { smallestPvalue } from './smallest-pvalue.ts';

/**
 * Westfall and Young's step-down adjustment of the smallest p-value, with the family's own correlation in place of
 * resampling: near-duplicates cost nothing, and the chance of any false rejection stays below α.
 * @returns adjusted p-values in [p, 1], in the order given
 * @throws RangeError METRIC_LENGTH_MISMATCH where the correlation is of another size
 */
export function stepDown(pvalues: readonly number[], correlation: Matrix): number[] {
  if (correlation.length !== pvalues.length) {
    throw invalidArgument(`a correlation of ${correlation.length} for ${pvalues.length}`, 'METRIC_LENGTH_MISMATCH');
  }
  const adjusted = new Array<number>(pvalues.length);
  const order = risingOrder(pvalues);
  let largest = 0;
  order.forEach((index, rank) => {
    if (largest < 1) {
      const chance = smallestPvalue(subMatrix(correlation, order.slice(rank)));
      largest = Math.max(largest, chance(pvalues[index]!));
    }
    adjusted[index] = largest;
  });
  return adjusted;
}

/** Positions by rising value; equal ones keep their order. */
export function risingOrder(values: readonly number[]): number[] {
  return values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
}

/** Rows and columns of the given positions, in their first order. */
export function subMatrix(matrix: Matrix, positions: readonly number[]): Matrix {
  const kept = [...positions].sort((a, b) => a - b);
  return kept.map((row) => Float64Array.from(kept, (column) => matrix[row]![column]!));
}
