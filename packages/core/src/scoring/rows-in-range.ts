import type { DatasetRange } from '../datasets/dataset.ts';
import { firstAtLeast } from '../datasets/row-selection.ts';

/**
 * Those of a run's rows that lie in a range; undefined where all of the range's rows do, as in the middle of a limit: a list
 * would be copied to a worker for nothing.
 * @param rows ascending; undefined for every row of the dataset
 * O(log rows) and the rows found.
 */
export function rowsInRange(
  rows: readonly number[] | undefined,
  { firstIndex, rows: count }: Pick<DatasetRange, 'firstIndex' | 'rows'>,
): readonly number[] | undefined {
  if (rows === undefined) return undefined;
  const from = firstAtLeast(rows, firstIndex);
  const to = firstAtLeast(rows, firstIndex + count);
  return to - from === count ? undefined : rows.slice(from, to);
}
