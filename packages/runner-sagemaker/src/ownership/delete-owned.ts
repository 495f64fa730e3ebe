import { AssayError, type Clock, toAssayError } from '@assay/core';
import { removeScaling, SCALING_TAG } from './component-scaling.ts';
import type { ControlCalls } from './control-calls.ts';
import { deleteCall, type FoundResource, findResource, tagsOf } from './owned-resource.ts';
import { RUN_TAG } from './owned-tags.ts';
import type { OwnedKind } from './ownership-ledger.ts';

const POLL_MS = 15_000;
/** AWS refuses to delete an endpoint while it is created, which it gives up after an hour or so. */
const LONGEST_WAIT_MS = 90 * 60_000;

export interface DeleteOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly onWait?: (endpoint: string, status: string) => void;
}

export type Deletion = 'deleted' | 'absent' | 'foreign';

/**
 * Deletes a resource if, and only if, it carries this run's tag. An endpoint that is still being created is waited
 * for. @throws AssayError when AWS does not let it go
 */
export async function deleteOwned(
  calls: ControlCalls,
  kind: OwnedKind,
  name: string,
  runId: string,
  options: DeleteOptions,
): Promise<Deletion> {
  const found = await findResource(calls, kind, name, options.signal);
  if (found === undefined) return 'absent';
  const tags = await tagsOf(calls, found.arn, options.signal);
  if (tags[RUN_TAG] !== runId) return 'foreign';
  await deleteFound(calls, found, tags, options);
  return 'deleted';
}

/** @param tags of what was found: an inference component's say whether it scales */
export async function deleteFound(
  calls: ControlCalls,
  found: FoundResource,
  tags: Readonly<Record<string, string>>,
  options: DeleteOptions,
): Promise<void> {
  const { kind, name } = found;
  if (kind !== 'endpoint' && kind !== 'inference-component') return deleteCall(calls, kind, name, options.signal);
  if (kind === 'endpoint') return deleteIdle(calls, found, options);
  // Its scaling would stay without it; and its endpoint cannot go before it.
  if (tags[SCALING_TAG] !== undefined) await removeScaling(calls, name, options.signal);
  await deleteIdle(calls, found, options);
  await untilGone(calls, found, options);
}

/** Deletes what AWS does not let go while it is created or updated. */
async function deleteIdle(calls: ControlCalls, found: FoundResource, options: DeleteOptions): Promise<void> {
  const { kind, name } = found;
  const until = options.clock.now() + LONGEST_WAIT_MS;
  let status = found.status ?? 'unknown';
  while (status !== 'Deleting') {
    if (status !== 'Creating' && status !== 'Updating') {
      try {
        return await deleteCall(calls, kind, name, options.signal);
      } catch (thrown) {
        // It may have begun to update since it was described.
        if (!/in-progress|in progress/i.test(toAssayError(thrown, 'RUNNER_FAILED').message)) throw thrown;
      }
    }
    const again = await later(calls, found, status, until, options);
    if (again === undefined) return;
    status = again.status ?? 'unknown';
  }
}

async function untilGone(calls: ControlCalls, found: FoundResource, options: DeleteOptions): Promise<void> {
  const until = options.clock.now() + LONGEST_WAIT_MS;
  let left: FoundResource | undefined = await findResource(calls, found.kind, found.name, options.signal);
  while (left !== undefined) left = await later(calls, left, left.status ?? 'unknown', until, options);
}

/** The resource after a while; undefined once it is gone. @throws AssayError when it takes too long */
async function later(
  calls: ControlCalls,
  { kind, name }: FoundResource,
  status: string,
  until: number,
  options: DeleteOptions,
): Promise<FoundResource | undefined> {
  if (options.clock.now() >= until)
    throw new AssayError('AWS_ENDPOINT', `${kind} ${name} is still ${status}: AWS does not delete it before that ends`);
  options.onWait?.(kind === 'endpoint' ? name : `${kind} ${name}`, status);
  await options.clock.sleep(POLL_MS, options.signal);
  return findResource(calls, kind, name, options.signal);
}
