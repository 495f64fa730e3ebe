import type { StatisticOfSums } from '../bootstrap/sufficient-statistics.ts';

/** A score of a whole corpus from column sums of its samples' sufficient statistics, and what its best and worst samples are. */
export interface CorpusScore {
  /** NaN or an infinity where it is undefined. */
  readonly statistic: StatisticOfSums;
  /** Samples of mean size in pairs, a best and a worst one after the other, from the mean row of the data. */
  readonly pseudoRows: (mean: Float64Array) => readonly (readonly [best: Float64Array, worst: Float64Array])[];
  /** Least and greatest possible score; may be infinite. */
  readonly range: readonly [number, number];
}
