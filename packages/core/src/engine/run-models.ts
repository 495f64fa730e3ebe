import type { AssayError } from '../errors/assay-error.ts';
import { LoadAhead } from './load-ahead.ts';
import { modelFailure } from './model-failure.ts';
import { modelLanes, runLanes } from './model-lanes.ts';
import type { ModelProgress } from './model-progress.ts';
import { describedWhereCached } from './open-model.ts';
import type { RunContext } from './run-context.ts';
import { isWanted, runModel } from './run-model.ts';

/**
 * Brings all models to their end, each as far as it comes.
 * @returns why models were not finished, by name
 * @throws what concerns no single model, and the reason of `signal`
 */
export async function runModels(
  context: Omit<RunContext, 'signal' | 'ahead' | 'onAsked'>,
  progress: ReadonlyMap<string, ModelProgress>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, AssayError>> {
  const failures = new Map<string, AssayError>();
  const ahead = new LoadAhead();
  try {
    await runLanes(
      modelLanes(context.plan.models),
      async (model, laneSignal, next) => {
        const own = progress.get(model.name)!;
        const onAsked = () => {
          if (next === undefined || laneSignal.aborted) return;
          const of = progress.get(next.name)!;
          ahead.start(
            next,
            async () =>
              (await isWanted(context, next, of)) && (await describedWhereCached(context, next, of)) === undefined,
          );
        };
        const thrown = await runModel({ ...context, ahead, onAsked, signal: laneSignal }, model, own).then(
          () => undefined,
          (reason: unknown) => ({ reason }),
        );
        if (thrown === undefined) {
          own.isEnded = true;
          await context.manifest.write();
          context.hooks.onModelEnd?.({ model: model.name, error: null });
          return;
        }
        const failure = laneSignal.aborted ? undefined : modelFailure(model, own.runner !== '', thrown.reason);
        if (failure === undefined) throw thrown.reason;
        failures.set(model.name, failure);
        context.hooks.onModelEnd?.({ model: model.name, error: failure.toData() });
      },
      signal,
    );
  } finally {
    await ahead.close();
  }
  return failures;
}
