/** When a sequence has said enough: it is this narrow, or it rules this value out. In the units of the scores. */
export type StopRule = { readonly halfWidth: number } | { readonly decidedAgainst: number };

/**
 * Whether an interval that holds the mean at all times meets the rule. The chance that the interval at which one stops
 * misses the mean, or that the mean lies on the other side of the value, is at most 1 − confidence, whenever that is.
 */
export function meetsStopRule(
  { lower, upper }: { readonly lower: number; readonly upper: number },
  rule: StopRule,
): boolean {
  if ('halfWidth' in rule) return (upper - lower) / 2 <= rule.halfWidth;
  return rule.decidedAgainst < lower || rule.decidedAgainst > upper;
}
