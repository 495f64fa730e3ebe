import { isDeeperThan } from '../config/is-deeper-than.ts';
import { AssayError } from '../errors/assay-error.ts';
import type { DataBudgets } from './data-budgets.ts';

type RowRecord = Readonly<Record<string, unknown>>;

/** A row as it may go on: not too wide, and no value nested so deep that nobody can write it out again. @throws AssayError DATASET_BAD_VALUE */
export function checkedRecord(record: RowRecord, { columns, depth }: DataBudgets): RowRecord {
  let count = 0;
  for (const name in record) {
    if (++count > columns) {
      throw new AssayError('DATASET_BAD_VALUE', `the row has more than ${columns.toLocaleString('en')} columns`, {
        hint: 'raise dataset.budgets.columns if they are what they should be',
      });
    }
    const value = record[name];
    if (typeof value === 'object' && value !== null && isDeeperThan(value, depth)) {
      throw new AssayError('DATASET_BAD_VALUE', `"${name.slice(0, 60)}" is nested more than ${depth} levels deep`, {
        hint: 'raise dataset.budgets.depth if it is what it should be',
      });
    }
  }
  return record;
}
