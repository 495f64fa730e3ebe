import { type PlanOptions, planRun, type RunPlan, type ValidConfig } from '@assay/core';
import { assayVersion } from '../assay-version.ts';
import { answerCacheFolder } from '../compose/answer-cache-folder.ts';
import type { Composition } from '../compose/compose-run.ts';
import { requireOwnFiles, requireReach } from '../reach/require-reach.ts';
import type { RunSettings } from '../settings/run-settings.ts';

/** What a config and its settings will run, checked before any work. @throws AssayError CONFIG_*, DATASET_*, PROMPT_* */
export async function planConfig(
  config: ValidConfig,
  settings: RunSettings,
  { openRunner, describeRunner, openHelper, describeHelper, fetchRemote }: Composition,
  more: Pick<PlanOptions, 'onCode' | 'ownAlgorithms'> = {},
): Promise<RunPlan> {
  await requireReach(config, settings);
  const plan = await planRun(config, {
    ...settings,
    ...more,
    ...{ openRunner, describeRunner, openHelper, describeHelper, fetchRemote },
    ...(settings.cache === false ? {} : { cacheFolder: answerCacheFolder() }),
    command: settings.command ?? [],
    versions: { assay: assayVersion(), node: process.version },
  });
  requireOwnFiles(config, plan.dataset, settings);
  return plan;
}
