import type { OpenaiModel, Runner } from '@assay/core';
import type { OpenContext } from './open-context.ts';
import { waitNotices } from './wait-notices.ts';

/** A model that its provider's batch API answers for; what is sent is listed in the run's folder, and progress is said. */
export async function openBatches(model: OpenaiModel, context: OpenContext): Promise<Runner> {
  const { batchLedgerFile, createOpenaiBatches } = await import('@assay/core');
  const { notices, place, fetch } = context;
  return createOpenaiBatches(model, {
    ledgerFile: batchLedgerFile(place.folder, model.name),
    fetch,
    hooks: {
      ...waitNotices(notices, model.name),
      onBatch: ({ id, said, done, total, elapsedMs }) => {
        const count = done === undefined ? `${total} requests` : `${done} of ${total}`;
        notices.note(`${model.name}: batch ${id} is ${said} (${count}) after ${durationText(elapsedMs)}`);
      },
      onBatchFound: ({ id, requests }) =>
        notices.note(`${model.name}: batch ${id} of ${requests} requests is this run's own: waiting for it`),
    },
  });
}

function durationText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 2) return `${Math.round(ms / 1000)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
