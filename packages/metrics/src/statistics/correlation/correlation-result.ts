/** NaN where a side is constant or there are too few pairs. */
export interface CorrelationResult {
  /** In [−1, 1]. */
  readonly coefficient: number;
  /** Two-sided. */
  readonly pvalue: number;
}
