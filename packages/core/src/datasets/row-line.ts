import { randomUUID } from 'node:crypto';
import { isAssayError } from '../errors/assay-error.ts';
import type { RowBatch } from './row-batch.ts';

export interface RowLine {
  /** With its end. */
  readonly text: string;
  /** Whether it stands for a row that cannot be read, and cannot be read either. */
  readonly isBad: boolean;
}

/** A row of any format as a line of JSON: texts of its features are made of both alike. */
export function rowLine(batch: RowBatch, i: number): RowLine {
  try {
    return { text: `${jsonOf(batch.record(i))}\n`, isBad: false };
  } catch (thrown) {
    // A value that is nested too deep to be written would have made a bad row, too.
    if (!isAssayError(thrown) && !(thrown instanceof RangeError)) throw thrown;
    return { text: `${JSON.stringify(`not readable: ${thrown.message}`)}\n`, isBad: true };
  }
}

/** Parquet and JSON have numbers that JSON.stringify writes as null; none is read as no value. */
function jsonOf(record: Readonly<Record<string, unknown>>): string {
  let isOdd = false;
  const text = JSON.stringify(record, (_, value: unknown) => {
    if (typeof value !== 'number' || Number.isFinite(value)) return value;
    isOdd = true;
    return value === Number.NEGATIVE_INFINITY ? `-${BEYOND}` : BEYOND;
  });
  return isOdd ? text.replaceAll(ODD, '$1') : text;
}

/** Read as Infinity. JSON can write no NaN: both are the text "null" where a feature is made of them. */
const MARK: string = randomUUID();
const BEYOND = `1e999${MARK}`;
const ODD = new RegExp(`"(-?1e999)${MARK}"`, 'g');
