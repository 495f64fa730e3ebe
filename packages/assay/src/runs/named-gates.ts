import { type GateResult, type GateStatus, gatesOutcome, type InconclusivePolicy } from '@assay/core';

/** Gates as reports name them: one for each model that a gate is for. @param policy for those that are inconclusive */
export function namedGates(
  gates: readonly GateResult[],
  policy: InconclusivePolicy = 'fail',
): { readonly name: string; readonly status: GateStatus; readonly reason: string; readonly blocks: boolean }[] {
  return gates.map((result) => ({
    name: `${result.gate} (${result.model})`,
    status: result.status,
    reason: result.reason,
    blocks: gatesOutcome([result], policy) !== 'passed',
  }));
}
