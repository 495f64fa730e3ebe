import { type CodeModule, planRun, type RunPlan, type ValidConfig } from '@assay/core';
import { assayVersion } from '../assay-version.ts';
import { answerCacheFolder } from '../compose/answer-cache-folder.ts';
import type { Composition } from '../compose/compose-run.ts';
import type { RunSettings } from '../settings/run-settings.ts';

/** What a config and its settings will run, checked before any work. @throws AssayError CONFIG_*, DATASET_*, PROMPT_* */
export function planConfig(
  config: ValidConfig,
  settings: RunSettings,
  { openRunner, openHelper, describeHelper, fetchRemote }: Composition,
  onCode?: (module: CodeModule) => void,
): Promise<RunPlan> {
  return planRun(config, {
    ...settings,
    ...{ openRunner, openHelper, describeHelper, fetchRemote, onCode },
    ...(settings.cache === false ? {} : { cacheFolder: answerCacheFolder() }),
    command: settings.command ?? [],
    versions: { assay: assayVersion(), node: process.version },
  });
}
