import type { TextLimits } from '../algorithms/text-limits.ts';
import type { DatasetConfig } from '../config/schema/dataset-config.ts';
import type { DatasetRange } from '../datasets/dataset.ts';
import type { ErrorData } from '../errors/assay-error.ts';
import type { AccumulatorData } from '../journal/accumulator-data.ts';
import type { Keep } from '../samples/keep.ts';
import type { Sample } from '../samples/sample.ts';

/** How a worker finds an algorithm: by its name in the table, or in a module of one's own. */
export interface TaskAlgorithm {
  readonly label: string;
  readonly name: string;
  readonly options: unknown;
  readonly limits: TextLimits;
  readonly module?: { readonly file: string; readonly sha256: string };
}

interface ScoreSettings {
  readonly model: string;
  readonly algorithms: readonly TaskAlgorithm[];
  readonly seed: number;
  readonly texts: boolean;
  readonly keep: Keep;
  /** Categories with figures of their own. */
  readonly categories?: number | undefined;
}

/** A byte range of a file, and what of it the run takes. */
export interface TakenRange {
  readonly range: DatasetRange;
  /** Rows of the range that the run takes; undefined for all of the range. */
  readonly rows: readonly number[] | undefined;
}

/**
 * A byte range of a file, which the worker reads itself: no text of the dataset crosses threads but that of small files, of
 * which several make one task.
 */
export interface RangeTask extends ScoreSettings {
  readonly kind: 'range';
  readonly dataset: DatasetConfig;
  /** Names of the columns, as the opened dataset found them. */
  readonly columns: readonly string[];
  /** One after the other in the dataset. */
  readonly ranges: readonly TakenRange[];
  readonly strict: boolean;
}

/** Samples of a file that cannot be cut. */
export interface SamplesTask extends ScoreSettings {
  readonly kind: 'samples';
  readonly samples: readonly Sample[];
}

/** What a scoring worker is told: plain data. */
export type ScoreTask = RangeTask | SamplesTask;

/** What it gives back: samples ready to be written, and everything a summary needs of them. */
export interface ScoredPart {
  /** Journal lines, or a Parquet file. */
  readonly content: Uint8Array;
  /** Whether it is a file of its own beside the journal. */
  readonly isFile: boolean;
  /** CRC-32 of the content. */
  readonly checksum: number;
  readonly accumulator: AccumulatorData;
  readonly samples: number;
  readonly badRows: readonly { readonly file: string; readonly line: number; readonly message: string }[];
}

/** A part that could not be scored: errors lose their code, place and hint on the way between threads. */
export interface FailedPart {
  readonly failed: ErrorData;
}
