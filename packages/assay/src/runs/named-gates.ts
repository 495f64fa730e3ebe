import type { GateResult } from '@assay/core';

/** Gates as reports name them: one for each model that a gate is for. */
export function namedGates(
  gates: readonly GateResult[],
): { readonly name: string; readonly passed: boolean; readonly reason: string }[] {
  return gates.map(({ gate, model, passed, reason }) => ({ name: `${gate} (${model})`, passed, reason }));
}
