import type { z } from 'zod';
import type { ChatMessage, ScoreWindows, TextConstraint, TextContext, TextSpan } from '../runner/runner.ts';
import type { FeatureName, Sample } from '../samples/sample.ts';
import type { CorpusFigure } from './corpus-figure.ts';
import type { ModelAnswer } from './model-answer.ts';
import type { OptionsFile } from './options-file.ts';
import type { TextLimits } from './text-limits.ts';
import type { TextScorer } from './text-scorer.ts';

export type { ModelAnswer };

/** What one score means: how to draw it, compare it and choose by it. */
export interface ScoreSpec {
  /** Least and greatest possible value; ±Infinity where unbounded. */
  readonly range: readonly [number, number];
  /** Which way is better; `{ target }` for scores with an ideal value (0.5 for stereotyping). */
  readonly better: 'higher' | 'lower' | { readonly target: number };
  /** `binary` scores are 0 or 1. */
  readonly kind: 'binary' | 'bounded' | 'real';
  readonly summary: string;
  /** One of the scores that comparisons of models give a verdict on; absent is no. */
  readonly primary?: true;
  /** A score of the same algorithm that this one stands in for where models are compared and chosen, once it is known. */
  readonly corrects?: string;
  /** Differences up to this size do not matter, as the config says; above 0, below the width of the range. */
  readonly margin?: number;
  /** Greatest difference of the score on one sample, either way, that the config vouches for. */
  readonly maxChange?: number;
}

/** A disturbed input, as the journal keeps it. */
export interface DisturbedInput {
  /** The key of the variant, with which the keys of its answers begin. */
  readonly variant: string;
  readonly text: string;
}

/** Something to ask the evaluated model about a sample. `key` is the algorithm's own name for the answer. */
export type ModelAsk = {
  readonly key: string;
  /** Where the question is about a disturbed input. */
  readonly disturbed?: DisturbedInput;
} & (
  | {
      readonly kind: 'generate';
      /** Takes the place of the sample's model_input in the prompt template (a perturbed text, say). */
      readonly modelInput: string;
      /** Which repeat of the same question this is: repeats are sampled and cached apart. @default 0 */
      readonly repeat?: number;
      /** The form that the answer keeps to. @default that of the model, if any */
      readonly constraint?: TextConstraint;
    }
  | {
      readonly kind: 'logProbability';
      /** Composed by the prompt template; empty scores the continuation alone. */
      readonly modelInput: string;
      readonly continuation: string;
      /** Use modelInput as it is, without the prompt template. */
      readonly raw?: boolean;
      /** How a text without a prompt that is beyond the context is cut. @default 'half' */
      readonly windows?: ScoreWindows;
      /** What stands before a text without a prompt. @default 'document' */
      readonly context?: TextContext;
    }
  | {
      /** How well each of other texts goes with the input: by an encoder's vectors, or by a classifier that reads pairs. */
      readonly kind: 'similarity';
      /** As it is, without the prompt template. */
      readonly modelInput: string;
      readonly others: readonly string[];
    }
);

/** Something to ask a helper model (in process) about the answers. Texts are scored in batches. */
export type HelperAsk =
  | {
      readonly key: string;
      readonly kind: 'classify';
      readonly model?: string;
      readonly text: string;
      /** Read before the text, and together with it: the source of an answer, the question to a document. */
      readonly beside?: string;
      /** Labels that the model was not trained on: it scores each by whether the text entails it. Default: its own. */
      readonly labels?: readonly string[];
      /** Sentence that states a label, in which `{}` stands for it; with `labels` alone. */
      readonly hypothesis?: string;
    }
  | {
      readonly key: string;
      readonly kind: 'similarity';
      readonly model?: string;
      readonly a: string;
      readonly b: string;
    }
  | {
      readonly key: string;
      readonly kind: 'bertscore';
      readonly model?: string;
      readonly candidate: string;
      readonly reference: string;
      /** Hidden layer that the token vectors are taken from, 0 being the embeddings. Default: the last. */
      readonly layer?: number;
    }
  | {
      readonly key: string;
      readonly kind: 'judge';
      readonly model?: string;
      readonly prompt: string;
      /** The prompt as a conversation, where it is one: `prompt` is its JSON. */
      readonly messages?: readonly ChatMessage[];
      /** Where the judge can weigh given texts, it answers with the likeliest of these. */
      readonly labels?: readonly string[];
      /** Whether the weights of the labels are wanted, which costs a server more. @default false */
      readonly weigh?: boolean;
      /** Which repeat of the question this is: a judge that does not weigh texts draws its reply by a seed of its own. */
      readonly repeat?: number;
      /** Tokens that the reply may have. @default those of a verdict */
      readonly tokens?: number;
      /** Nothing rests on it: where it fails, the sample goes on without. @default false */
      readonly isOptional?: boolean;
    };

export type HelperAnswer =
  | {
      readonly kind: 'classify';
      readonly labels: Readonly<Record<string, number>>;
      /** From a classifier of tokens: where its labels are in the text. */
      readonly spans?: readonly TextSpan[];
    }
  | { readonly kind: 'similarity'; readonly value: number }
  | { readonly kind: 'bertscore'; readonly precision: number; readonly recall: number; readonly f1: number }
  | {
      readonly kind: 'judge';
      readonly text: string;
      /** How likely the judge holds each of the labels that it was asked for, out of 1; where it can weigh texts. */
      readonly weights?: Readonly<Record<string, number>>;
    };

/** A helper model by what it does; without a name the embedded one. */
export interface HelperModel {
  readonly kind: HelperAsk['kind'];
  readonly model?: string;
}

/** What an algorithm may learn from the data before anything is asked. */
export interface DatasetView {
  /** Every row, whatever the limit: what is learnt so does not change with `--limit`. */
  all(): AsyncIterable<Sample>;
  /** The rows that the run takes, in its order. */
  taken(): AsyncIterable<Sample>;
}

export interface ScoringInput {
  readonly sample: Sample;
  readonly answers: ReadonlyMap<string, ModelAnswer>;
  readonly helpers: ReadonlyMap<string, HelperAnswer>;
  /** How long two texts may be together. @default TEXT_LIMITS */
  readonly limits?: TextLimits;
}

/** What one judge said of an output, as reports show it beside the sample. */
export interface Remark {
  /** The judge. */
  readonly by: string;
  /** The item of a checklist that it is about. */
  readonly about?: string;
  /** What it holds likeliest. */
  readonly holds: string;
  /** What each reply meant: the first order with its repeats, then the swapped one. */
  readonly said: readonly string[];
  /** How likely it holds that, or the share of its replies that say so. */
  readonly sureness: number;
  readonly score: number;
  readonly reason?: string;
}

/** What one sample yields under one algorithm: its scores, or why it has none. */
export type ScoreOutcome =
  | {
      readonly scores: Readonly<Record<string, number>>;
      /** Sufficient statistics for each aggregate of the algorithm that takes part. */
      readonly statistics?: Readonly<Record<string, unknown>>;
      readonly remarks?: readonly Remark[];
    }
  | Unscored;

/** A finished run, and whose answers of it. */
export interface Opponent {
  /** Its folder, from the config's. */
  readonly run: string;
  readonly model?: string | undefined;
}

/** Field of a row that holds the answer of an {@link Opponent}; no column is called so. */
export const OTHER_ANSWER = '\u0000other answer';

/** What people may say of an output in place of a judge. */
export interface HumanLabels {
  /** All that a label depends on: labels of another rubric do not count. */
  readonly rubric: string;
  /** What people are told to look at. */
  readonly shown: string;
  /** The words that they may say, and what each scores. */
  readonly values: Readonly<Record<string, number>>;
}

/** Why a sample has no score under an algorithm. */
export interface Unscored {
  /** A reason of few: samples are counted by it. */
  readonly unscored: string;
  /** What happened to this sample, in words. */
  readonly detail?: string;
}

/** Dataset-level scores that are no mean of sample scores (macro F1, corpus BLEU). States are plain JSON and merge exactly. */
export interface Aggregate<Statistic = unknown, State = unknown> {
  readonly scores: Readonly<Record<string, ScoreSpec>>;
  empty(): State;
  add(state: State, statistic: Statistic): State;
  merge(a: State, b: State): State;
  result(state: State): Readonly<Record<string, number | null>>;
  /**
   * What each score is made of, from the states of parts that have nothing to do with one another (samples, clusters): a
   * best and a worst sample are added to them and each is left out in turn. A score that is not named has no interval.
   */
  corpus?(units: readonly State[]): Readonly<Record<string, CorpusFigure>>;
}

/**
 * An evaluation algorithm: data and pure functions, listed in `algorithm-table.ts`.
 * A sample goes through `modelAsks` → (the model) → `helperAsks`, `furtherAsks` → (helper models) → `score`.
 */
export interface Algorithm<Options = unknown> {
  readonly name: string;
  readonly summary: string;
  /** Where a worker finds an algorithm that stands in no table. */
  readonly module?: { readonly file: string; readonly sha256: string };
  readonly options: z.ZodType<Options>;
  /** Features that every sample must have, checked before the first is read. */
  needs(options: Options): readonly FeatureName[];
  /** The same where the dataset brings the model's answers along. Defaults to `needs` and model_output, without model_input. */
  needsOfOutputs?(options: Options): readonly FeatureName[];
  /**
   * Whether its work grows with the lengths of two texts multiplied (edit distances, common subsequences): a sample whose
   * texts are longer together than `dataset.budgets.text_pairs` is `unscored(too_long)`. @default false
   */
  readonly isQuadratic?: boolean;
  /** Asks about disturbed inputs by itself, so that `robustness:` cannot wrap it. @default false */
  readonly disturbsInput?: boolean;
  /** What it looks up in the row itself, beside the features: columns or JMESPath; `all` where it cannot say. @default nothing */
  rowFields?(options: Options): readonly string[] | 'all';
  /** A file that completes the options when a run is planned; undefined where there is none to read. */
  optionsFile?(options: Options): OptionsFile<Options> | undefined;
  /** Options completed from the data (labels that were not given), once, before the first sample. */
  prepare?(options: Options, data: DatasetView): Promise<Options>;
  /** What people may say of an output in place of a judge; absent of algorithms that judge nothing. */
  humanLabels?(options: Options): HumanLabels;
  /** A run whose answers to the same samples this one's are held against, in the field {@link OTHER_ANSWER} of the row. */
  opponent?(options: Options): Opponent | undefined;
  /** Scores of one sample, in the order they are shown. */
  scores(options: Options): Readonly<Record<string, ScoreSpec>>;
  aggregates?(options: Options): Readonly<Record<string, Aggregate>>;
  /** The one or two scores that decide between models, where the config names none. @default the first */
  primary?(options: Options): readonly string[];
  /** Defaults to one generation for model_input under the key `original`. */
  modelAsks?(sample: Sample, options: Options, runSeed: number): readonly ModelAsk[];
  /** Helper models that `helperAsks` may turn to: their ids go into the signature. */
  helpers?(options: Options): readonly HelperModel[];
  helperAsks?(input: Omit<ScoringInput, 'helpers'>, options: Options): readonly HelperAsk[];
  /** What to ask helper models once these have answered; asked again until there is nothing more. */
  furtherAsks?(input: ScoringInput, options: Options): readonly HelperAsk[];
  score(input: ScoringInput, options: Options): ScoreOutcome;
  /** The same from texts of a row; undefined where the options need more. */
  textScorer?(options: Options): TextScorer | undefined;
  /** Pins all that changes a number, in sacreBLEU's manner. */
  signature(options: Options): string;
}

/** Keeps the option type between `options`, `score` and the rest while writing an algorithm down. */
export function defineAlgorithm<Options>(algorithm: Algorithm<Options>): Algorithm<Options> {
  return algorithm;
}
