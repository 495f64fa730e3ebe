import type { CountedRow } from './jackknife.ts';
import { columnTotals } from './jackknife.ts';

/** The sufficient statistics of a corpus: one row a sample, or a cluster of samples. */
export interface CorpusRow extends CountedRow {
  /** Samples that the row sums up. @default 1 */
  readonly size?: number;
}

export interface CorpusShape {
  /** Rows: samples, or clusters where samples come in clusters. */
  readonly units: number;
  readonly samples: number;
  /** The size of a row as a sample meets it: 1 without clusters. */
  readonly met: number;
  /** The mean row of a sample. */
  readonly mean: Float64Array;
}

export function corpusShape(rows: readonly CorpusRow[]): CorpusShape {
  let units = 0;
  let samples = 0;
  let squares = 0;
  for (const { times = 1, size = 1 } of rows) {
    units += times;
    samples += times * size;
    squares += times * size ** 2;
  }
  const mean = columnTotals(rows).map((sum) => sum / samples);
  return { units, samples, met: samples === 0 ? 1 : squares / samples, mean };
}

export function scaledRow(row: Float64Array, factor: number): Float64Array {
  return row.map((value) => value * factor);
}
