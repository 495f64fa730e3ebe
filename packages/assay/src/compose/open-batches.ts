import { basename, join } from 'node:path';
import type { BatchHooks, OpenaiModel, ResolvedModel, Runner } from '@assay/core';
import type { OpenContext } from './open-context.ts';
import { awsServices } from './optional-package.ts';
import { owner } from './owner.ts';
import { waitNotices } from './wait-notices.ts';

/** A model that its provider's batch API answers for; what is sent is listed in the run's folder, and progress is said. */
export async function openBatches(model: OpenaiModel, context: OpenContext): Promise<Runner> {
  const { batchLedgerFile, openOpenaiBatches } = await import('@assay/core');
  const { place, fetch } = context;
  return openOpenaiBatches(model, {
    ledgerFile: batchLedgerFile(place.folder, model.name),
    fetch,
    hooks: { ...waitNotices(context.notices, model.name), ...batchNotices(model, context) },
  });
}

/** The same by Bedrock's batch inference. */
export async function openBedrockBatches(
  model: Extract<ResolvedModel, { runner: 'bedrock' }>,
  context: OpenContext,
): Promise<Runner> {
  const { batchLedgerFile } = await import('@assay/core');
  const { createBedrockBatches, LEDGER_FILE, ownershipId, resolveAwsSettings } = await awsServices();
  const { aws, settings, place, foreignBuckets } = context;
  return createBedrockBatches(model, {
    ...(await resolveAwsSettings({ ...settings, aws, modelRegion: model.bedrock.region })),
    ...{ aws, foreignBuckets, roleArn: settings.roleArn, owner: context.owner ?? owner() },
    runId: context.runId ?? (await ownershipId(join(place.folder, LEDGER_FILE), basename(place.folder))),
    ledgerFile: batchLedgerFile(place.folder, model.name),
    hooks: batchNotices(model, context),
  });
}

function batchNotices(model: ResolvedModel, { notices }: OpenContext): BatchHooks {
  return {
    onBatch: ({ id, said, done, total, elapsedMs }) => {
      const count = done === undefined ? `${total} requests` : `${done} of ${total}`;
      notices.note(`${model.name}: batch ${id} is ${said} (${count}) after ${durationText(elapsedMs)}`);
    },
    onBatchFound: ({ id, requests }) =>
      notices.note(`${model.name}: batch ${id} of ${requests} requests is this run's own: waiting for it`),
  };
}

function durationText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 2) return `${Math.round(ms / 1000)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
