import type { CorpusScore } from '@assay/metrics';
import type { JudgedUnit } from './judged-units.ts';

/** Why a figure has no interval. Words for each are in `results/interval-words.ts`. */
export type NoInterval =
  /** Nothing, or too little, to make one of. */
  | 'no_samples'
  | 'one_sample'
  /** Samples of one cluster alone, and no range that a score must lie in. */
  | 'one_cluster'
  /** A mean of scores without bounds: one value that was not seen could move it anywhere. */
  | 'unbounded'
  /** All possible scores are one. */
  | 'no_range'
  /** A score lay outside the range that its algorithm declares. */
  | 'out_of_range'
  /** A count of samples, or a p-value: what it says is exact. */
  | 'count'
  | 'p_value'
  /** The score is undefined on these samples. */
  | 'undefined'
  /** No method is known to cover it. */
  | 'no_method'
  /** No method is known to cover it where samples come in clusters. */
  | 'clusters'
  /** Samples count by weights, and no method for this figure carries them. */
  | 'weights'
  /** The weights of the samples with this score sum to 0. */
  | 'no_weight'
  /** The number of samples was decided by the scores. */
  | 'early_stop'
  /** No sample with a score of the judge has a human label. */
  | 'no_labels';

/** What a score over all samples is made of: for its interval, and to compare two models by it. */
export type CorpusFigure =
  /** A function of sums: one row of sufficient statistics for each unit, in their order. */
  | { readonly kind: 'rows'; readonly score: CorpusScore; readonly rows: readonly Float64Array[] }
  /** An area under the ROC curve of scores of both classes. */
  | { readonly kind: 'ranking'; readonly negative: readonly number[]; readonly positive: readonly number[] }
  | JudgedCorpusFigure
  /** `alone`: a single sample has the figure too, so that models are compared by those of their samples. */
  | { readonly kind: 'none'; readonly why: NoInterval; readonly alone?: true };

/** By human labels of some samples, and a judge's scores of all; in the order of the units. */
export interface JudgedCorpusFigure {
  readonly kind: 'judged';
  /** Labels alone, corrected by the judge, or how labels rise with it. */
  readonly of: 'labels' | 'corrected' | 'slope';
  readonly units: readonly JudgedUnit[];
  /** Of labels and judge, not empty. */
  readonly range: readonly [number, number];
  /** What takes the place of people's labels is another judge. @default false */
  readonly isBridge?: boolean;
}

/** Figures of several scores that have no interval for one reason. */
export function withoutInterval(names: Iterable<string>, why: NoInterval): Record<string, CorpusFigure> {
  return Object.fromEntries([...names].map((name) => [name, { kind: 'none', why }]));
}

/** Figures without bounds that every sample has for itself too. */
export function unboundedFigures(names: Iterable<string>): Record<string, CorpusFigure> {
  return Object.fromEntries([...names].map((name) => [name, { kind: 'none', why: 'unbounded', alone: true }]));
}
