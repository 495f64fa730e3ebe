import type { StopRule } from '@assay/metrics';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { ImportedFrom } from '../config/schema/imported-from.ts';
import type { RunnerKind } from '../config/schema/model-config.ts';
import type { MaxFailures } from '../config/schema/run-config.ts';
import type { Instances } from '../cost/hourly-cost.ts';
import type { DatasetIndex } from '../datasets/dataset-index.ts';
import type { PlannedDataset } from '../datasets/planned-dataset.ts';
import type { RowOrder } from '../datasets/row-order.ts';
import type { RunShard } from '../results/run-shard.ts';
import type { DescribedRunner } from '../runner/described-runner.ts';
import type { GenerateOptions, Runner } from '../runner/runner.ts';
import type { BadRowReport } from '../samples/bad-row-report.ts';
import type { Keep } from '../samples/keep.ts';
import type { DescribeHelper, OpenHelper } from '../scoring/helper-desk.ts';
import type { OutputsScoring } from '../scoring/outputs-run-options.ts';
import type { Repeats } from '../scoring/reduce-repeats.ts';
import type { SharedScorePool } from '../scoring/shared-score-pool.ts';
import type { Compose } from './sample-work.ts';

/**
 * Reads every sample of a run, and writes them as so many shards. @param folder takes the shards' files
 * @throws AssayError DATASET_EMPTY, and in strict mode the first bad row
 */
export type CutDataset = (
  folder: string,
  shards: number,
  onBadRow: (row: BadRowReport) => void,
) => Promise<DatasetIndex>;

/** A model as a run will use it. Nothing is loaded until `open`. */
export interface PlannedModel {
  readonly name: string;
  /** Opens what answers; `null` when the dataset holds the model's outputs. */
  readonly open: (() => Promise<Runner>) | null;
  /** The dataset as this model sees it, where its outputs lie in a column of their own. @default the run's */
  readonly outputs?: PlannedDataset;
  /**
   * Says what `open` will open, without loading it, so that a run whose answers are all cached loads nothing. undefined
   * where that shows only once it is open.
   */
  readonly describe?: () => Promise<DescribedRunner | undefined>;
  /** Answers elsewhere, so that it may be asked while other models are. @default false */
  readonly remote?: boolean;
  /** Answers everything together, much later: no deadline is for it. @default false */
  readonly isBatched?: boolean;
  /** What answers, as the config or --runner says. */
  readonly kind?: RunnerKind;
  /** The model behind it, as an endpoint or a hub knows it. */
  readonly modelId?: string;
  /** What it would be deployed on, unless it is there already. */
  readonly instances?: Instances;
  readonly generate: GenerateOptions;
  /** What is suspect about its prompt, for whoever runs it. */
  readonly notes?: readonly string[];
  readonly compose: Compose;
}

/** What earlier runs of the same data say of each row, for the score that decides. */
export interface StopHistory {
  readonly runs: number;
  /** Rows that any of them has. */
  readonly rows: number;
  /** By the order in which rows are asked, in the units of the score. */
  readonly predictions: Float64Array;
  readonly sha256: string;
}

/** When to stop asking a model for more: decided by one score, over samples in a recorded random order. */
export interface PlannedStop {
  /** Label of the deciding algorithm. */
  readonly algorithm: string;
  readonly score: string;
  readonly rule: StopRule;
  readonly confidence: number;
  /** Scored samples before which nothing is decided. */
  readonly minSamples: number;
  /** In which the dataset yields its samples. */
  readonly order: RowOrder;
  /** Place of a row in the order, from 0. */
  readonly positionOf: (row: number) => number;
  /** Predicts the deciding score; without it nothing does. */
  readonly history?: StopHistory;
}

/** Everything a run needs, checked before any work: what `assay plan` shows and `assay run` executes. */
export interface RunPlan {
  readonly configFile: string;
  readonly configText: string;
  readonly importedFrom?: ImportedFrom;
  /** Over everything that changes an answer or a score: config, overrides, algorithms. */
  readonly digest: string;
  readonly command: readonly string[];
  readonly dataset: PlannedDataset;
  /** Writes the samples as files, so that processes may evaluate some without the others. */
  readonly cut?: CutDataset;
  /** The part of the run that this is; the whole where absent. */
  readonly shard?: RunShard;
  readonly models: readonly PlannedModel[];
  readonly algorithms: readonly AlgorithmInstance[];
  readonly openHelper: OpenHelper;
  /** Pins the helper models in the scores' signatures; without it they stand there by name alone. */
  readonly describeHelper?: DescribeHelper;
  /** The answer cache; without it nothing is looked up or kept. */
  readonly cache?: {
    readonly folder: string;
    /** Above it the oldest answers go when the run ends. */
    readonly maxBytes?: number;
    /** Keeps what the models under test and judges answered. @default true */
    readonly generations?: boolean;
    /** Keeps what classifiers and encoders answered. @default true */
    readonly embeddings?: boolean;
  };
  readonly seed: number;
  /** What of each sample the journal keeps. @default prompts and outputs */
  readonly keep?: Keep;
  /** A resume asks again for samples that failed or timed out. @default false */
  readonly retryFailed?: boolean;
  /** Each sample is asked once where absent. */
  readonly repeats?: Repeats;
  /** Every sample is asked where absent. */
  readonly stop?: PlannedStop;
  /** Failed or timed-out samples beyond which a model's run stops; never when undefined. */
  readonly maxFailures: MaxFailures | undefined;
  /** Milliseconds after which a question that its runner has taken counts as timed out; never when absent. */
  readonly deadlineMs?: number;
  /** Threads that score outputs which lie in the dataset. */
  readonly scoring?: OutputsScoring;
  /** The same, shared with other runs of this process. @default the run's own */
  readonly pool?: SharedScorePool;
  readonly versions: Readonly<Record<string, string>>;
}
