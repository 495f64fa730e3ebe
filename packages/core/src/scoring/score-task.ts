import type { DatasetConfig } from '../config/schema/dataset-config.ts';
import type { DatasetRange } from '../datasets/dataset.ts';
import type { AccumulatorData } from '../results/accumulator.ts';

/** What a scoring worker is told: plain data, no text of the dataset. */
export interface ScoreTask {
  readonly dataset: DatasetConfig;
  readonly baseDir: string;
  readonly range: DatasetRange;
  /** Rows of the range that the run takes; undefined for all of the range. */
  readonly rows: readonly number[] | undefined;
  readonly strict: boolean;
  readonly model: string;
  readonly algorithms: readonly { readonly label: string; readonly name: string; readonly options: unknown }[];
  readonly seed: number;
  readonly texts: boolean;
}

/** What it gives back: journal lines ready to be written, and everything a summary needs of them. */
export interface ScoredRange {
  readonly lines: Uint8Array;
  /** CRC-32 of the lines. */
  readonly checksum: number;
  readonly accumulator: AccumulatorData;
  readonly samples: number;
  readonly badRows: readonly { readonly file: string; readonly line: number; readonly message: string }[];
}
