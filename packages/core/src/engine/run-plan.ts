import type { StopRule } from '@assay/metrics';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { DatasetConfig } from '../config/schema/dataset-config.ts';
import type { RunnerKind } from '../config/schema/model-config.ts';
import type { MaxFailures } from '../config/schema/run-config.ts';
import type { Instances } from '../cost/hourly-cost.ts';
import type { DatasetRange } from '../datasets/dataset.ts';
import type { DatasetFile } from '../datasets/dataset-file.ts';
import type { RowOrder } from '../datasets/row-order.ts';
import type { GenerateOptions, Runner } from '../runner/runner.ts';
import type { Sample } from '../samples/sample.ts';
import type { Repeats } from '../scoring/reduce-repeats.ts';
import type { ScorePoolOptions } from '../scoring/score-pool.ts';
import type { DescribeHelper, OpenHelper } from './helper-desk.ts';
import type { Compose } from './sample-work.ts';

/** A model as a run will use it. Nothing is loaded until `open`. */
export interface PlannedModel {
  readonly name: string;
  /** Opens what answers; `null` when the dataset holds the model's outputs. */
  readonly open: (() => Promise<Runner>) | null;
  /** Answers elsewhere, so that it may be asked while other models are. @default false */
  readonly remote?: boolean;
  /** What answers, as the config or --runner says. */
  readonly kind?: RunnerKind;
  /** The model behind it, as an endpoint or a hub knows it. */
  readonly modelId?: string;
  /** What it would be deployed on, unless it is there already. */
  readonly instances?: Instances;
  readonly generate: GenerateOptions;
  readonly compose: Compose;
}

export interface PlannedDataset {
  readonly name: string;
  /** Samples this run takes; null when unknown before reading. */
  readonly total: number | null;
  /** Its rows in FMEval's order, where `sample.compat` asks for it. */
  readonly order?: readonly number[] | undefined;
  readonly files: readonly DatasetFile[];
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
    readonly baseDir: string;
    readonly strict: boolean;
    /** Rows that the run takes; undefined for all. */
    readonly rows: readonly number[] | undefined;
  };
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
}

export interface BadRowReport {
  readonly file: string;
  readonly line: number;
  /** Position among all rows, where samples are drawn in a random order. */
  readonly index?: number;
  readonly message: string;
}

/** Everything a run needs, checked before any work: what `assay plan` shows and `assay run` executes. */
export interface RunPlan {
  readonly configFile: string;
  readonly configText: string;
  /** Over everything that changes an answer or a score: config, overrides, algorithms. */
  readonly digest: string;
  readonly command: readonly string[];
  readonly dataset: PlannedDataset;
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
  readonly scoring?: ScorePoolOptions & {
    /** Of the dataset, for one task. @default 1 MiB */
    readonly rangeBytes?: number;
    /** Samples of one task, where files cannot be cut. @default 1024 */
    readonly batch?: number;
  };
  readonly versions: Readonly<Record<string, string>>;
}

/** Datasets up to this many samples keep the texts of outputs that lie in them in the journal, for the report's explorer. */
const TEXTS_UP_TO = 100_000;

export function keepsTexts({ dataset }: Pick<RunPlan, 'dataset'>): boolean {
  return (dataset.total ?? 0) <= TEXTS_UP_TO;
}
