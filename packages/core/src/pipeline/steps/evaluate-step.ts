import { basename, join } from 'node:path';
import type { PlannedDataset } from '../../datasets/planned-dataset.ts';
import { shardName, shardOfName } from '../../datasets/shard-rows.ts';
import { requireWhole, runEvaluation } from '../../engine/run-evaluation.ts';
import { AssayError } from '../../errors/assay-error.ts';
import type { Runner } from '../../runner/runner.ts';
import { runnerWith } from '../../runner/runner-with.ts';
import { SharedScorePool } from '../../scoring/shared-score-pool.ts';
import { indexedData } from './shards-here.ts';
import { planStep, type StepContext } from './step-context.ts';

/**
 * One model over the shards of this instance, each into a run folder of its own: a step that is tried again continues with
 * what its journals hold. No shard is no error. @throws AssayError RUN_NOT_RESUMABLE when the shards are of another plan
 */
export async function evaluateStep(context: StepContext, modelIndex: number): Promise<{ readonly shards: number }> {
  const data = await indexedData(context.folders);
  const shards = (data?.shards ?? []).map((file) => shardOfName(basename(file))!);
  if (shards.length === 0) return { shards: 0 };
  const plan = await planStep(context, data);
  const model = plan.models[modelIndex];
  if (model === undefined) throw new AssayError('USAGE', `the config has no model ${modelIndex}`);
  await context.restoreShards?.(shards.map(shardName));
  const shared = shareRunner(model.open);
  const pool = new SharedScorePool();
  try {
    for (const shard of shards) {
      const partOf = (dataset: PlannedDataset) => dataset.part?.(shard) ?? dataset;
      const own = model.outputs === undefined ? {} : { outputs: partOf(model.outputs) };
      const part = {
        ...{ ...plan, pool },
        models: [{ ...model, ...own, open: shared.open }],
        dataset: partOf(plan.dataset),
      };
      const path = join(context.folders.output, shardName(shard));
      requireWhole(await runEvaluation(part, path, context.hooks, context.signal));
    }
  } finally {
    await shared.close();
    await pool.close();
  }
  return { shards: shards.length };
}

/** Opens the model at the first shard that needs it, and keeps it for the others. */
function shareRunner(open: (() => Promise<Runner>) | null): {
  readonly open: (() => Promise<Runner>) | null;
  close(): Promise<void>;
} {
  if (open === null) return { open: null, close: async () => {} };
  let opened: Promise<Runner> | undefined;
  return {
    open: async () => {
      opened ??= open();
      return runnerWith(await opened, { close: async () => {} });
    },
    close: async () => {
      const runner = await opened?.catch(() => undefined);
      await runner?.close?.();
    },
  };
}
