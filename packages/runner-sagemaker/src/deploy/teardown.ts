import { type AssayError, type Clock, toAssayError } from '@assay/core';
import type { ControlCalls } from '../ownership/control-calls.ts';
import { deleteOwned } from '../ownership/delete-owned.ts';
import { DELETION_ORDER, type OwnedKind, type OwnershipLedger } from '../ownership/ownership-ledger.ts';
import type { DeployHooks } from './deploy-hooks.ts';

/** Something whose creation was begun. */
export interface Begun {
  readonly kind: OwnedKind;
  readonly name: string;
  readonly at: number;
}

export interface TeardownReport {
  readonly deleted: readonly string[];
  /** Still there, as far as anybody knows: `assay pipeline sweep` goes on. */
  readonly left: readonly { readonly kind: OwnedKind; readonly name: string; readonly error: AssayError }[];
}

/** How long AWS may not show what it has created. */
const CONSISTENCY_MS = 30_000;

export interface TeardownContext {
  readonly calls: ControlCalls;
  readonly ledger: OwnershipLedger;
  readonly runId: string;
  readonly clock: Clock;
  readonly hooks: DeployHooks;
}

/** Deletes what was begun and carries this run's tag. Never throws: one failure does not keep the rest. */
export async function teardown(begun: readonly Begun[], context: TeardownContext): Promise<TeardownReport> {
  const { calls, ledger, runId, clock, hooks } = context;
  const deleted: string[] = [];
  const left: { kind: OwnedKind; name: string; error: AssayError }[] = [];
  for (const kind of DELETION_ORDER) {
    for (const { name, at } of begun.filter((resource) => resource.kind === kind)) {
      try {
        const options = {
          clock,
          onWait: (endpoint: string, status: string) =>
            hooks.onEndpoint?.({ endpoint, status, elapsedMs: clock.now() - at }),
        };
        let outcome = await deleteOwned(calls, kind, name, runId, options);
        const unseenMs = at + CONSISTENCY_MS - clock.now();
        if (outcome === 'absent' && unseenMs > 0) {
          await clock.sleep(unseenMs);
          outcome = await deleteOwned(calls, kind, name, runId, options);
        }
        const time = new Date(clock.now()).toISOString();
        await ledger.append({ event: 'deleted', kind, name, region: calls.connection.region, runId, at: time });
        if (outcome === 'deleted') {
          deleted.push(`${kind} ${name}`);
          hooks.onDeleted?.({ kind, name });
        }
      } catch (thrown) {
        const error = toAssayError(thrown, 'AWS_SERVICE');
        left.push({ kind, name, error });
        hooks.onLeft?.({ kind, name, error });
      }
    }
  }
  return { deleted, left };
}
