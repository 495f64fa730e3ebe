import type { FlatRow } from './flat-row.ts';

/** Some rows of one file, parsed only when asked for. */
export interface RowBatch {
  readonly count: number;
  /** Line of row `i` of the batch in its file, from 1; the row's number, from 1, in formats without lines. */
  line(i: number): number;
  /** @throws AssayError DATASET_SYNTAX when the row cannot be read; the next one still can */
  record(i: number): Readonly<Record<string, unknown>>;
  /** Whether the fields of row `i` were found without parsing it: `row` has them. Absent of formats that know no such way. */
  find?(i: number, row: FlatRow): boolean;
}

/** A batch of records that are parsed already. @param firstRow number of the first, from 1 */
export function recordBatch(records: readonly Readonly<Record<string, unknown>>[], firstRow: number): RowBatch {
  return { count: records.length, line: (i) => firstRow + i, record: (i) => records[i]! };
}

/** Rows that nobody wants, passed over unread: they only keep the count. */
export function unreadBatch(count: number, firstRow: number): RowBatch {
  return {
    count,
    line: (i) => firstRow + i,
    record: (i) => {
      throw new TypeError(`row ${firstRow + i} was not asked for`);
    },
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
