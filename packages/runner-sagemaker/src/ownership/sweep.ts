import { type AssayError, type Clock, systemClock, toAssayError } from '@assay/core';
import type { AwsConnection } from '../aws/aws-connection.ts';
import { ControlCalls } from './control-calls.ts';
import { deleteFound } from './delete-owned.ts';
import { listOwnable } from './list-ownable.ts';
import { tagsOf } from './owned-resource.ts';
import { EXPIRY_TAG, KEEP_TAG, OWNER_TAG, RUN_TAG } from './owned-tags.ts';
import { type CreatedKind, DELETION_ORDER } from './ownership-ledger.ts';
import { runningTransformJobs, stopTransformJob } from './transform-jobs.ts';

export interface SweepOptions {
  /** Only what has expired. */
  readonly expired?: boolean;
  /** Only what this run created. */
  readonly runId?: string;
  /** Reaches what was asked to be kept, too. @default true with a runId, else false */
  readonly includeKept?: boolean;
  /** Says what would be deleted. */
  readonly dryRun?: boolean;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  readonly onFound?: (found: SweptResource) => void;
}

export interface SweptResource {
  /** A transform job is stopped, everything else deleted. */
  readonly kind: CreatedKind;
  readonly name: string;
  readonly runId: string;
  readonly owner: string | undefined;
  readonly expiresAt: string | undefined;
}

export interface SweepReport {
  /** In a dry run: what would be. */
  readonly deleted: readonly SweptResource[];
  readonly failed: readonly (SweptResource & { readonly error: AssayError })[];
  /** Looked at, of any owner. */
  readonly seen: number;
}

/**
 * Finds what assay runs left behind, by tags alone and over all pages, and deletes it. Nothing without a run's tag is
 * touched, whatever its name. @throws AssayError when the lists cannot be read
 */
export async function sweep(connection: AwsConnection, options: SweepOptions = {}): Promise<SweepReport> {
  const clock = options.clock ?? systemClock;
  const calls = new ControlCalls(connection, clock);
  const deleted: SweptResource[] = [];
  const failed: (SweptResource & { readonly error: AssayError })[] = [];
  let seen = 0;
  const take = async (
    kind: CreatedKind,
    { name, arn }: { readonly name: string; readonly arn: string },
    remove: (tags: Readonly<Record<string, string>>) => Promise<void>,
  ): Promise<void> => {
    const tags = await tagsOf(calls, arn, options.signal);
    if (!isWanted(tags, options, clock.now())) return;
    const resource = { kind, name, runId: tags[RUN_TAG]!, owner: tags[OWNER_TAG], expiresAt: tags[EXPIRY_TAG] };
    options.onFound?.(resource);
    try {
      if (options.dryRun !== true) await remove(tags);
      deleted.push(resource);
    } catch (thrown) {
      options.signal?.throwIfAborted();
      failed.push({ ...resource, error: toAssayError(thrown, 'AWS_SERVICE') });
    }
  };
  for (const kind of DELETION_ORDER) {
    for (const found of await listOwnable(calls, kind, options.signal)) {
      seen += 1;
      // Its endpoint waits for a component.
      if (found.status === 'Deleting' && kind !== 'inference-component') continue;
      await take(kind, found, (tags) => deleteFound(calls, found, tags, { clock, signal: options.signal }));
    }
  }
  for (const job of await runningTransformJobs(calls, options.signal)) {
    seen += 1;
    await take('transform-job', job, () => stopTransformJob(calls, job.name, options.signal));
  }
  return { deleted, failed, seen };
}

/** The same in several regions. @throws AssayError */
export async function sweepAll(
  connections: readonly AwsConnection[],
  options: SweepOptions = {},
): Promise<SweepReport> {
  const reports: SweepReport[] = [];
  for (const connection of connections) reports.push(await sweep(connection, options));
  return {
    deleted: reports.flatMap(({ deleted }) => deleted),
    failed: reports.flatMap(({ failed }) => failed),
    seen: reports.reduce((total, { seen }) => total + seen, 0),
  };
}

function isWanted(
  tags: Readonly<Record<string, string>>,
  { expired, runId, includeKept = runId !== undefined }: SweepOptions,
  now: number,
): boolean {
  const run = tags[RUN_TAG];
  if (run === undefined) return false;
  if (runId !== undefined && run !== runId) return false;
  if (tags[KEEP_TAG] === 'true' && !includeKept) return false;
  if (expired !== true) return true;
  const expiresAt = Date.parse(tags[EXPIRY_TAG] ?? '');
  return Number.isFinite(expiresAt) && expiresAt <= now;
}
