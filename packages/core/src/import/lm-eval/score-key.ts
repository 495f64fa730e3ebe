/**
 * The name by which a metric of lm-evaluation-harness is compared: `gsm8k.exact_match,strict-match`. Without a filter, which
 * the tool calls "none", the metric stands alone. Only the dot before the metric is one, so that the name can be cut there.
 */
export function lmEvalScoreKey(task: string, metric: string, filter: unknown): string {
  const ending = filter === undefined || filter === 'none' ? '' : `,${String(filter)}`;
  return `${task}.${`${metric}${ending}`.replaceAll('.', '_')}`;
}
