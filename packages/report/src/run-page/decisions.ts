import { rankText } from '@assay/core';
import type { GateResult, ReportOptions } from '../formats/report-options.ts';
import { formatCount } from '../wording/format-number.ts';

/** What follows of the figures: gates, those that failed first, and the model that was chosen. */
export interface Decisions {
  /** `2 failed of 3 gates`; null without gates. */
  readonly outcome: string | null;
  readonly gates: readonly Pick<GateResult, 'name' | 'status' | 'reason'>[];
  readonly chosen: { readonly model: string; readonly reason: string; readonly ranks: string | null } | null;
}

export function decisionsOf({ gates = [], chosen }: ReportOptions): Decisions {
  const inOrder = (['failed', 'inconclusive', 'passed'] as const).flatMap((wanted) =>
    gates.filter(({ status }) => status === wanted),
  );
  return {
    outcome: gates.length === 0 ? null : outcomeOf(gates),
    gates: inOrder.map(({ name, status, reason }) => ({ name, status, reason })),
    chosen:
      chosen === undefined
        ? null
        : {
            model: chosen.model,
            reason: chosen.reason,
            ranks:
              chosen.ranks.length > 2
                ? `Ranks that the paired comparisons leave open: ${rankText(chosen.ranks)}.`
                : null,
          },
  };
}

function outcomeOf(gates: readonly GateResult[]): string {
  const count = (wanted: GateResult['status']) => gates.filter(({ status }) => status === wanted).length;
  if (count('passed') === gates.length)
    return `${gates.length === 1 ? 'The gate' : `All ${formatCount(gates.length)} gates`} passed`;
  const open = (['failed', 'inconclusive'] as const)
    .filter((status) => count(status) > 0)
    .map((status) => `${formatCount(count(status))} ${status}`);
  return `${open.join(', ')} of ${formatCount(gates.length)} gate${gates.length === 1 ? '' : 's'}`;
}
