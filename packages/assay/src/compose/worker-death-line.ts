import type { RunnerHooks } from '@assay/core';

type WorkerDeath = Parameters<NonNullable<RunnerHooks['onWorkerDeath']>>[0];

/** What a reader should know when a worker of a local model died. */
export function workerDeathLine({ model, reason, isRestarted, requeued, workers }: WorkerDeath): string {
  const again = requeued === 0 ? '' : `; ${requeued} of its jobs ${requeued === 1 ? 'is' : 'are'} tried again`;
  const next = isRestarted
    ? 'another one is started'
    : workers === 0
      ? 'it died too often, and nothing answers for this model any more'
      : `it died too often: ${workers} ${workers === 1 ? 'worker goes' : 'workers go'} on`;
  return `a worker of ${model} died (${reason}); ${next}${again}`;
}
