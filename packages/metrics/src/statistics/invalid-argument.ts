/**
 * A RangeError that says what was wrong with an argument.
 * @param code SCREAMING_SNAKE, for callers that branch on it
 */
export function invalidArgument(message: string, code = 'METRIC_INVALID_ARGUMENT'): RangeError & { code: string } {
  return Object.assign(new RangeError(message), { code });
}
