import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { PlannedDataset } from '../datasets/planned-dataset.ts';
import type { Journal } from '../journal/journal.ts';
import type { RangeRecord, SampleRecord } from '../journal/journal-record.ts';
import type { StageClock } from '../results/stage-clock.ts';
import type { BadRowReport } from '../samples/bad-row-report.ts';
import type { Keep } from '../samples/keep.ts';
import type { HelperDesk } from './helper-desk.ts';
import type { ScorePoolOptions } from './score-pool.ts';
import type { SharedScorePool } from './shared-score-pool.ts';

/** What of a run's plan the scoring of outputs needs. */
export interface OutputsPlan {
  /** What of each sample goes to the journal. @default prompts and outputs */
  readonly keep?: Keep | undefined;
  readonly dataset: PlannedDataset;
  readonly algorithms: readonly AlgorithmInstance[];
  readonly seed: number;
  readonly scoring?: OutputsScoring;
  /** Threads that are there already, or will be for later runs. @default this run's own */
  readonly pool?: SharedScorePool;
}

/** Threads that score outputs which lie in the dataset. */
export interface OutputsScoring extends ScorePoolOptions {
  /** Of the dataset, for one task. @default 1 MiB */
  readonly rangeBytes?: number;
  /** Whether texts of samples are kept, in lines of the journal; without them scores go to parts. @default up to 100,000 samples */
  readonly texts?: boolean;
  /** Samples of one task, where files cannot be cut. @default 1024 */
  readonly batch?: number;
}

export interface OutputsRunOptions {
  readonly plan: OutputsPlan;
  readonly model: string;
  readonly journal: Journal;
  readonly helpers: HelperDesk;
  readonly stages: StageClock;
  /** Whether the journal holds the range that begins with this row. */
  readonly isRangeDone: (first: number) => boolean;
  readonly isDone: (index: number) => boolean;
  readonly onRange: (range: RangeRecord) => void;
  readonly onDone: (record: SampleRecord) => void;
  readonly onBadRow: (row: BadRowReport) => void;
  /** Whether no further sample is wanted. */
  readonly isEnough: () => boolean;
  readonly signal: AbortSignal;
}
