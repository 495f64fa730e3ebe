import { metricError } from './metric-error.ts';

/**
 * A metric over texts, in three functions: statistics of a pair, merge, score from statistics. Sentence and corpus
 * scores, shards and bootstrap resamples all come from sums of the same small array of numbers.
 */
export interface TextMetric<Score> {
  /** Name as in the literature: `bleu`, `chrf`, `ter`, `rouge`. */
  readonly name: string;
  /** Length of a statistics array. */
  readonly size: number;
  /** Statistics of one hypothesis against its references (at least one). */
  statistics(hypothesis: string, references: readonly string[]): Float64Array;
  /** Adds the statistics of a pair into `sum`, allocating nothing. */
  add(sum: Float64Array, hypothesis: string, references: readonly string[]): void;
  /** Statistics of two sets of pairs together. */
  merge(a: Float64Array, b: Float64Array): Float64Array;
  /** Score from statistics of one pair or of many. */
  score(statistics: Float64Array): Score;
  /**
   * All that changes the number, in sacreBLEU's manner (`nrefs:1|case:mixed|…`).
   * @param references how many references a pair has, or `'var'` where that varies @default 1
   */
  signature(references?: number | 'var'): string;
}

/** Version in every signature; raised when a definition here changes a score. */
export const SIGNATURE_VERSION: string = 'assay-1';

/** Sum of two statistics arrays of the same metric. */
export function mergeStatistics(a: Float64Array, b: Float64Array): Float64Array {
  if (a.length !== b.length) {
    throw metricError('METRIC_STATISTICS_MISMATCH', `${a.length} and ${b.length} statistics cannot be merged`);
  }
  return a.map((value, i) => value + b[i]!);
}
