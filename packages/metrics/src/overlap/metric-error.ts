/** Codes of the errors that metrics throw. */
export type MetricErrorCode =
  | 'METRIC_NO_REFERENCE'
  | 'METRIC_OPTION_INVALID'
  | 'METRIC_STATISTICS_MISMATCH'
  | 'METRIC_TARGET_EMPTY';

/** A RangeError with a `code`, for input that a metric has no value for. */
export function metricError(code: MetricErrorCode, message: string): RangeError & { readonly code: MetricErrorCode } {
  return Object.assign(new RangeError(message), { code });
}
