import { type Clock, systemClock } from '@assay/core';
import { AwsConnection, type AwsSettings } from '../aws/aws-connection.ts';
import type { DeployHooks } from '../deploy/deploy-hooks.ts';
import { type Begun, teardown } from '../deploy/teardown.ts';
import { ControlCalls } from './control-calls.ts';
import { OwnershipLedger, openEntries, readLedger } from './ownership-ledger.ts';

export interface DeleteRecordedOptions {
  /** The region is that of each entry. */
  readonly settings: Omit<AwsSettings, 'region'>;
  readonly clock?: Clock | undefined;
  readonly hooks?: DeployHooks | undefined;
}

/**
 * Deletes what a run's ledger says was begun and is not known to be gone: what a process before this one left when it was
 * killed, and what could not be deleted the first time. Never throws for a resource: what stays is told to the hooks.
 * @throws AssayError RUN_OUTPUT_NOT_WRITABLE
 */
export async function deleteRecorded(ledgerFile: string, options: DeleteRecordedOptions): Promise<void> {
  const { settings, clock = systemClock, hooks = {} } = options;
  const left = openEntries(await readLedger(ledgerFile));
  for (const region of new Set(left.map((entry) => entry.region))) {
    const here = left.filter((entry) => entry.region === region && entry.kind !== 'transform-job');
    const [first] = here;
    if (first === undefined) continue;
    const { runId } = first;
    // What was created long enough ago is visible by now.
    const begun = here.map(({ kind, name, at }) => ({ kind, name, at: Date.parse(at) }) as Begun);
    const connection = new AwsConnection({ ...settings, region });
    const ledger = await OwnershipLedger.open(ledgerFile);
    try {
      await teardown(begun, { calls: new ControlCalls(connection, clock), ledger, runId, clock, hooks });
    } finally {
      await ledger.close();
      await connection.close();
    }
  }
}
