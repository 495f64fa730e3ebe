import type { ResolvedModel } from '../../config/resolve-runners.ts';
import type { FetchDataset } from '../../datasets/local-dataset.ts';
import type { RunHooks } from '../../engine/run-events.ts';
import type { RunPlan } from '../../engine/run-plan.ts';
import { AssayError } from '../../errors/assay-error.ts';
import type { IndexedData } from '../../plan/open-data.ts';
import { planRun } from '../../plan/plan-run.ts';
import type { Runner } from '../../runner/runner.ts';
import type { DescribeHelper, OpenHelper } from '../../scoring/helper-desk.ts';
import type { RunFolder } from '../../storage/run-folder.ts';
import type { StepFolders } from './step-folders.ts';
import type { StepConfig } from './step-settings.ts';

/** What the steps of a pipeline need of the command that runs them. */
export interface StepContext {
  readonly folders: StepFolders;
  readonly config: StepConfig;
  readonly openRunner: (model: ResolvedModel) => Promise<Runner>;
  readonly openHelper: OpenHelper;
  readonly describeHelper?: DescribeHelper;
  /** Brings a dataset behind a URI, where its files do not come as an input. */
  readonly fetchRemote?: FetchDataset;
  /** Brings what an earlier try of an evaluation left of these shards into the output folder, where that is elsewhere. */
  readonly restoreShards?: (shards: readonly string[]) => Promise<void>;
  /** Writes the page of a finished run. */
  readonly writeReport?: (folder: RunFolder) => Promise<void>;
  readonly hooks: RunHooks;
  readonly signal: AbortSignal;
}

/**
 * The whole run's plan: every step makes the same one, and uses its part of it.
 * @param data in place of the dataset, once it is cut @throws AssayError RUN_NOT_RESUMABLE where it was for another plan
 */
export async function planStep(
  { config, fetchRemote, openRunner, openHelper, describeHelper }: StepContext,
  data?: IndexedData,
): Promise<RunPlan> {
  const { loaded, settings } = config;
  const { limit, seed, runner, localModel, allowCode } = settings;
  const plan = await planRun(loaded, {
    openRunner,
    openHelper,
    fetchRemote,
    data,
    ...(describeHelper === undefined ? {} : { describeHelper }),
    ...(limit === undefined ? {} : { limit }),
    ...(seed === undefined ? {} : { seed }),
    ...(runner === undefined ? {} : { runner }),
    ...(localModel === undefined ? {} : { localModel }),
    ...(allowCode === undefined ? {} : { allowCode }),
    // Shards cannot see one order of samples.
    stopEarly: false,
    command: ['assay', 'step'],
    versions: { node: process.version },
  });
  if (data === undefined || data.index.planDigest === plan.digest) return plan;
  throw new AssayError('RUN_NOT_RESUMABLE', 'the shards were cut for another config or other options', {
    hint: 'run the whole pipeline again',
  });
}
