import type { PlannedModel } from './run-plan.ts';

/** Models that wait for one another: those on this machine share it one by one, each remote one has its own lane. */
export function modelLanes(models: readonly PlannedModel[]): PlannedModel[][] {
  const local = models.filter(({ remote }) => remote !== true);
  const lanes = models.filter(({ remote }) => remote === true).map((model) => [model]);
  return local.length === 0 ? lanes : [local, ...lanes];
}

/**
 * Runs all lanes at the same time. The first that `run` throws stops the others, whose progress is on disk by then, and is
 * thrown once all have ended.
 * @param run is told which model comes next in the lane
 */
export async function runLanes(
  lanes: readonly (readonly PlannedModel[])[],
  run: (model: PlannedModel, signal: AbortSignal, next: PlannedModel | undefined) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  let failure: { readonly thrown: unknown } | undefined;
  await Promise.all(
    lanes.map(async (lane) => {
      try {
        for (const [place, model] of lane.entries()) {
          if (stop.signal.aborted) return;
          await run(model, AbortSignal.any([signal, stop.signal]), lane[place + 1]);
        }
      } catch (thrown) {
        failure ??= { thrown };
        stop.abort(thrown);
      }
    }),
  );
  if (failure !== undefined) throw failure.thrown;
}
