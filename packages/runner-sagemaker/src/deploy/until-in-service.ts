import type { Clock } from '@assay/core';
import { endpointState } from '../invoke/endpoint-state.ts';
import type { ControlCalls } from '../ownership/control-calls.ts';
import { findResource } from '../ownership/owned-resource.ts';
import type { DeployHooks } from './deploy-hooks.ts';
import { deploymentFailed, stillIs } from './deployment-errors.ts';

const FIRST_POLL_MS = 5_000;
const LONGEST_POLL_MS = 30_000;
const LONGEST_WAIT_MS = 75 * 60_000;
/** States that lead to service by themselves. */
const COMING: ReadonlySet<string> = new Set(['Creating', 'unknown', 'Updating', 'SystemUpdating']);

/** Waits until an endpoint or a component of one answers. @throws AssayError AWS_ENDPOINT or AWS_QUOTA when it will not */
export async function untilInService(
  kind: 'endpoint' | 'inference-component',
  name: string,
  {
    calls,
    clock,
    hooks,
    signal,
  }: {
    readonly calls: ControlCalls;
    readonly clock: Clock;
    readonly hooks: DeployHooks;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  const look = () =>
    kind === 'endpoint'
      ? calls.call('DescribeEndpoint', name, (stop) => endpointState(calls.connection, name, stop), { signal })
      : findResource(calls, kind, name, signal);
  const shown = kind === 'endpoint' ? name : `${kind} ${name}`;
  const startedAt = clock.now();
  for (let waitMs = FIRST_POLL_MS; ; waitMs = Math.min(LONGEST_POLL_MS, waitMs * 1.5)) {
    const state = await look();
    const status = state?.status ?? 'Creating';
    const elapsedMs = clock.now() - startedAt;
    hooks.onEndpoint?.({ endpoint: shown, status, elapsedMs });
    if (status === 'InService') return;
    if (!COMING.has(status)) throw deploymentFailed(kind, name, status, state?.failureReason);
    if (elapsedMs > LONGEST_WAIT_MS) throw stillIs(kind, name, status, elapsedMs);
    await clock.sleep(waitMs, signal);
  }
}
