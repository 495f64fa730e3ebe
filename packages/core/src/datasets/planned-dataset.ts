import type { DatasetConfig } from '../config/schema/dataset-config.ts';
import type { BadRowReport } from '../samples/bad-row-report.ts';
import type { Sample } from '../samples/sample.ts';
import type { DatasetRange } from './dataset.ts';
import type { DatasetFile } from './dataset-file.ts';
import type { ShardPosition } from './shard-rows.ts';

/** The dataset of a run, checked before any work. */
export interface PlannedDataset {
  readonly name: string;
  /** Samples this run takes; null when unknown before reading. */
  readonly total: number | null;
  /** Samples of the whole run, where this is a part of it. @default total */
  readonly wholeTotal?: number;
  /** Its rows in FMEval's order, where `sample.compat` asks for it. */
  readonly order?: readonly number[] | undefined;
  /** Categories with figures of their own. @default 1,000 */
  readonly categories?: number | undefined;
  readonly files: readonly DatasetFile[];
  /** Whether the files are still those of the plan. @throws AssayError DATASET_CHANGED */
  checkUnchanged?(): Promise<void>;
  /** What was guessed about its files, for whoever runs it. */
  readonly notes?: readonly string[];
  /**
   * May be called once for each model; the samples are the same each time.
   * @param isDone samples that may be left out: a dataset in file order need not parse them
   */
  samples(onBadRow: (row: BadRowReport) => void, isDone?: (index: number) => boolean): AsyncIterable<Sample>;
  /** Byte ranges of about this size for scoring workers; undefined where the files cannot be cut. */
  ranges?(bytes: number): Promise<DatasetRange[] | undefined>;
  /** How a worker opens the same dataset. */
  readonly source?: {
    readonly config: DatasetConfig;
    readonly columns: readonly string[];
    readonly strict: boolean;
    /** Rows that the run takes; undefined for all. */
    readonly rows: readonly number[] | undefined;
    /** The first row of a shard: names the range that it begins in, which ends the shard before. @default 0 */
    readonly from?: number;
  };
  /** A part of it, whose samples keep their rows; undefined where the samples have an order of their own. */
  part?(position: ShardPosition): PlannedDataset;
}

/** Datasets up to this many samples keep the texts of outputs that lie in them in the journal, for the report's explorer. */
const TEXTS_UP_TO = 100_000;

export function keepsTexts({ total, wholeTotal }: Pick<PlannedDataset, 'total' | 'wholeTotal'>): boolean {
  return (wholeTotal ?? total ?? 0) <= TEXTS_UP_TO;
}
