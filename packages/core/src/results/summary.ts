import type { BoundedMeanMethod, StopRule } from '@assay/metrics';
import type { Remark, ScoreSpec } from '../algorithms/algorithm.ts';
import type { NoInterval } from '../algorithms/corpus-figure.ts';
import type { Correction, JudgedMethod } from '../algorithms/judged-figure.ts';
import type { RecordedAlgorithm } from '../algorithms/recorded-algorithm.ts';
import type { DatasetFile } from '../datasets/dataset-file.ts';
import type { ErrorData } from '../errors/assay-error.ts';
import type { PromptReading } from '../runner/prompt-reading.ts';
import type { KeptToken } from '../samples/kept-tokens.ts';
import type { SampleState } from '../samples/sample-state.ts';
import type { ShownFeatures } from '../samples/shown-features.ts';
import type { RunColumns } from './run-columns.ts';
import type { RunDamage } from './run-damage.ts';
import type { RunShard } from './run-shard.ts';
import type { SpentMs } from './stage-clock.ts';

/** One reported figure: a score's mean (or an aggregate's value) for a model, over all samples or one category. */
export interface ScoreSummary {
  readonly model: string;
  readonly algorithm: string;
  readonly score: string;
  /** null stands for all samples. */
  readonly category: string | null;
  /** Samples that have this score. */
  readonly n: number;
  /** Where samples count by weights: as many of equal weight would vary as much (Kish). Absent elsewhere. */
  readonly effectiveSamples?: number;
  /** null over zero samples. */
  readonly value: number | null;
  readonly interval: readonly [number, number] | null;
  readonly confidence: number;
  /** The last four are of runs of earlier versions. */
  readonly intervalMethod:
    | BoundedMeanMethod
    | JudgedMethod
    | 'pseudo-jackknife'
    | 'delong'
    | 'sequence'
    | 'predicted-sequence'
    | 'wilson'
    | 'student'
    | 'bootstrap'
    | 'cluster'
    | null;
  /** Why there is no interval; absent where there is one, and in runs of earlier versions. */
  readonly intervalMissing?: NoInterval;
  /** Of the value: of a plain mean, by cluster where there are clusters, or the jackknife's. */
  readonly standardError: number | null;
  /**
   * Of a score without bounds, to four significant digits: the middle value, and an interval that holds for any
   * distribution; null of fewer than six samples. Absent of other scores and where samples come in clusters.
   */
  readonly median?: { readonly value: number; readonly interval: readonly [number, number] | null };
  /** The 95th percentile likewise; its interval needs 72 samples. */
  readonly p95?: { readonly value: number; readonly interval: readonly [number, number] | null };
  /** What a score corrected by human labels was made of. */
  readonly correction?: Correction;
  /** `mean` of sample scores, or `aggregate` over the dataset. */
  readonly from: 'mean' | 'aggregate';
  readonly spec: ScoreSpec;
  /** Samples without this score, by reason. */
  readonly unscored: Readonly<Record<string, number>>;
  /** Counts over 20 equal bins of the observed or declared range; null for aggregates. */
  readonly histogram: { readonly from: number; readonly to: number; readonly counts: readonly number[] } | null;
  /** What the figure depends on, the method of its interval last (`|interval:ends`); '' for those of other tools, which do not say. */
  readonly signature: string;
}

export interface ModelSummary {
  readonly name: string;
  /** The runner's id, with the digest of the weights where there is one. */
  readonly runner: string;
  readonly states: Readonly<Record<SampleState, number>>;
  readonly promptTokens: number;
  readonly newTokens: number;
  /** Samples with an answer that was cut at max_new_tokens; absent where there are none, and in older runs. */
  readonly cut?: number;
  /** Present where the run may end early. */
  readonly stop?: StopSummary;
  /** Why the model was not asked for its skipped samples; a resume continues with them. */
  readonly failure?: Pick<ErrorData, 'code' | 'message'>;
}

/** How an early stop ended for one model. All its figures are over the samples up to the decision. */
export interface StopSummary {
  /** As `algorithm.score`. */
  readonly score: string;
  readonly rule: StopRule;
  readonly confidence: number;
  readonly minSamples: number;
  /** false where all samples were asked without a decision. */
  readonly decided: boolean;
  /** Samples that count. */
  readonly samples: number;
  /** Rows of the dataset that needed no answer. */
  readonly saved: number;
  /** The last row of the random order that counts. */
  readonly lastRow: number | null;
  readonly orderSeed: number;
  /** Earlier runs that predict the score, and the rows that they know; absent where none do. */
  readonly history?: { readonly runs: number; readonly rows: number };
  readonly reason: string;
}

/** `summary.json`: equal, byte for byte but for `timing`, however a run was batched, threaded, cached or interrupted. */
export interface Summary {
  readonly format: 1;
  readonly run: string;
  readonly dataset: { readonly name: string; readonly samples: number; readonly badRows: number };
  readonly seed: number;
  readonly models: readonly ModelSummary[];
  readonly scores: readonly ScoreSummary[];
  readonly comparisons: readonly Comparison[];
  readonly timing: Timing;
}

/** What a comparison says of the candidate. */
export type PairVerdict = 'better' | 'worse' | 'equivalent' | 'not worse' | 'cannot tell';

/** Two models on the same samples. */
export interface Comparison {
  readonly algorithm: string;
  readonly score: string;
  readonly baseline: string;
  readonly candidate: string;
  /** Samples that both have. */
  readonly n: number;
  /** What differs, where it is not the score itself: `distance from 0.5`. */
  readonly measure?: string;
  /** Candidate − baseline. */
  readonly difference: number;
  /** Holds for this comparison alone; null where nothing can be said. */
  readonly interval: readonly [number, number] | null;
  /** Of `interval`, and of all adjusted intervals together. */
  readonly confidence: number;
  readonly test: string;
  /** Of no difference, for this comparison alone. */
  readonly pValue: number;
  /** Holds together with all that were adjusted; excludes 0 exactly for better and worse. null without a verdict. */
  readonly adjustedInterval: readonly [number, number] | null;
  /** Adjusted in the same way; null without a verdict. */
  readonly adjustedPValue: number | null;
  /** Comparisons adjusted together; 0 without a verdict. */
  readonly family: number;
  /** The adjusted interval ends at 0, which it does not contain. */
  readonly open?: true;
  /** Differences up to this size do not matter. */
  readonly margin?: number;
  /** null for scores that are shown without one. */
  readonly verdict: PairVerdict | null;
  readonly reason: string;
  /** Absent within a category, and in runs of earlier versions. */
  readonly leftOut?: LeftOut;
}

/** Samples that a comparison leaves out, by why. */
export interface LeftOut {
  /** Samples that the other side does not have. */
  readonly onlyBaseline: number;
  readonly onlyCandidate: number;
  /** Samples that both have, without this score on a side. */
  readonly unscoredBaseline: number;
  readonly unscoredCandidate: number;
}

export interface Timing {
  readonly startedAt: string;
  readonly endedAt: string;
  readonly elapsedMs: number;
  /** Milliseconds from admission to answer, by model. */
  readonly latencyMs: Readonly<Record<string, { readonly p50: number; readonly p95: number; readonly mean: number }>>;
  readonly newTokensPerSecond: Readonly<Record<string, number>>;
  /** What each model's time went into, in milliseconds; without models that the journal held whole. */
  readonly spentMs?: Readonly<Record<string, SpentMs>>;
  /** What of its prompts each model read, where its runner can tell: beginnings that prompts share are read once. */
  readonly reading?: Readonly<Record<string, PromptReading>>;
}

/** One (model, sample) as reports show it. */
export interface SampleRow {
  readonly model: string;
  readonly index: number;
  readonly digest: string;
  readonly category: string | null;
  /** What groups samples that are not independent, where the dataset has a `cluster_key`. */
  readonly cluster: string | null;
  /** How much the sample counts; absent where the dataset has no `weight_key`. */
  readonly weight?: number;
  readonly state: SampleState;
  readonly input: string;
  /** The input in the prompt template; absent where no model was asked. */
  readonly prompt?: string;
  readonly target: string | null;
  /** Columns of the row that the config keeps. */
  readonly columns?: Readonly<Record<string, string>>;
  /** How the answer to the unperturbed prompt ended: `length` where it was cut at max_new_tokens. Absent where nobody says. */
  readonly stopReason?: 'stop' | 'length';
  /** Further texts of the row. */
  readonly features?: ShownFeatures;
  /** The answer to the unperturbed prompt; null where there is none. */
  readonly output: string | null;
  /** Further answers by key (perturbed variants, choices), as text. */
  readonly variants: Readonly<Record<string, string>>;
  /** Disturbed inputs by variant (`butter_finger/0`), with which the keys of its answers in `variants` begin. */
  readonly disturbed?: Readonly<Record<string, string>>;
  /** Log-probabilities by key, in nats. */
  readonly logProbabilities?: Readonly<Record<string, number>>;
  /** Tokens of answers by key (`original`, choices), where the run kept them. */
  readonly tokens?: Readonly<Record<string, readonly KeptToken[]>>;
  /** `algorithm.score` → value. */
  readonly scores: Readonly<Record<string, number>>;
  /** By algorithm and aggregate: what the sample adds to scores over all samples. */
  readonly statistics?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** By algorithm: what judges said. */
  readonly remarks?: Readonly<Record<string, readonly Remark[]>>;
  /** `algorithm` → reason. */
  readonly unscored: Readonly<Record<string, string>>;
  readonly error: string | null;
  readonly elapsedMs: number | null;
}

/** `manifest.json`: what exactly was run, and how to repeat it. */
export interface Manifest {
  readonly format: 1;
  readonly run: string;
  readonly createdAt: string;
  readonly command: readonly string[];
  /** Name of the config; runs of earlier versions have its absolute path. */
  readonly configFile: string;
  /** Where the config lay, from the run folder; absent in runs of earlier versions. */
  readonly configFolder?: string;
  /** As it was when the run was last continued. */
  readonly configText: string;
  /** The tool that the config was imported from, and its names of the scores. */
  readonly importedFrom?: { readonly tool: string; readonly scores: Readonly<Record<string, string>> };
  /** Over the plan: what of config and options affects answers and scores. */
  readonly configDigest: string;
  /** When the run was continued under another config, by which command, and which keys had changed. */
  readonly revisions?: readonly {
    readonly at: string;
    readonly command: readonly string[];
    readonly changed: readonly string[];
  }[];
  readonly dataset: {
    readonly name: string;
    /** Paths inside the config's folder are relative to it; runs of earlier versions have absolute ones. */
    readonly files: readonly DatasetFile[];
    readonly samples: number;
    /** Its rows in FMEval's order, where `sample.compat` asked for it. */
    readonly order?: readonly number[];
  };
  readonly models: readonly {
    readonly name: string;
    readonly runner: string;
    /** Commit of the weights, where they come from a hub. */
    readonly revision?: string;
    /** Whether every sample of it was done when it was closed. */
    readonly done?: true;
    /** What the runner had to say about how its answers come about. */
    readonly notes?: readonly string[];
  }[];
  readonly algorithms: readonly RecordedAlgorithm[];
  readonly seed: number;
  /** The part of a run that it is, from 0, and what it was asked for over the config. Absent where it is the whole. */
  readonly shard?: RunShard;
  /** The random order of the samples, where the run may end early. */
  readonly order?: {
    readonly seed: number;
    readonly rows: number;
    readonly sha256: string;
    /** Digest of what earlier runs predict, where they do. */
    readonly predictions?: string;
  };
  readonly versions: Readonly<Record<string, string>>;
  readonly platform: string;
  /** Whether failed samples were asked again, so that the journal may hold several records of one sample. */
  readonly retried?: true;
  /** The journal as it was when the run ended: its length and CRC-32, and whether it names parts. Absent before that. */
  readonly journal?: { readonly bytes: number; readonly crc32: number; readonly parts?: true };
  readonly commit: string | null;
}

/** A finished or running run, as reports read it. */
export interface RunView {
  readonly manifest: Manifest;
  readonly summary: Summary;
  /** Read from the disk, from the beginning, each time that they are asked for. */
  readonly rows: AsyncIterable<SampleRow>;
  /** The same scores in columns, where the run has parts. */
  readonly columns?: RunColumns;
  /** Share of the samples, in (0, 1), whose rows these are, drawn by chance. @default all */
  readonly share?: number;
  /** What of the run is damaged, where it was read in spite of that. @default nothing */
  readonly damage?: RunDamage;
}
