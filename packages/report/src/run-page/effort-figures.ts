import { formatAmount, type ModelCost, runCosts, type Summary } from '@assay/core';
import { formatMilliseconds } from '../wording/format-number.ts';

/** Time, tokens and cost. */
export interface EffortFigures {
  /** Of the whole run: `88.0 s`. */
  readonly took: string;
  readonly models: readonly ModelEffort[];
  readonly note: string;
}

/** One model's; null where it is not known. */
export interface ModelEffort {
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly mean: number } | null;
  readonly promptTokens: number;
  readonly newTokens: number;
  readonly tokensPerSecond: number | null;
  /** `EUR 3.45`, `unknown`. */
  readonly cost: string;
}

export function effortFigures(
  summary: Summary,
  costs: readonly ModelCost[] = runCosts(summary, undefined),
): EffortFigures {
  const costOf = new Map(costs.map((cost) => [cost.model, cost]));
  const { timing } = summary;
  const took = formatMilliseconds(timing.elapsedMs);
  return {
    took,
    models: summary.models.map(({ name, promptTokens, newTokens }) => ({
      latencyMs: timing.latencyMs[name] ?? null,
      ...{ promptTokens, newTokens, tokensPerSecond: timing.newTokensPerSecond[name] ?? null },
      cost: costText(costOf.get(name)),
    })),
    note: `The run took ${took}. An answer’s time runs from its admission to its end, waiting in a batch included. ${costNote(costs)}`,
  };
}

function costText(cost: ModelCost | undefined): string {
  if (cost === undefined || cost.amount === null || cost.currency === null) return 'unknown';
  return `${cost.currency}\u00a0${formatAmount(cost.amount)}`;
}

/** How the cost came about: where prices were given, and of which model they were not. */
function costNote(costs: readonly ModelCost[]): string {
  const known = costs.filter(({ amount }) => amount !== null);
  const missing = costs.filter(({ amount }) => amount === null).map(({ reason }) => reason);
  const why = missing.length === 0 ? '' : ` Unknown: ${[...new Set(missing)].join('; ')}.`;
  const how =
    'Costs are estimates: tokens by the prices of the config, answers from the cache included, helpers and judges not.';
  return `${known.length > 0 ? how : ''}${why}`.trim();
}
