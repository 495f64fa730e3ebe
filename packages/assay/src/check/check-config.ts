import {
  checkRun,
  type DataCheck,
  type Finding,
  inertKeys,
  type LoadedConfig,
  type ResolveRunnersOptions,
  type ValidConfig,
} from '@assay/core';
import { checkJudges } from './check-judges.ts';
import { type CheckedModel, checkModels } from './check-models.ts';

/** What `assay check` knows of a config and of all that it names. */
export interface ConfigCheck {
  /** Those of the file itself among them, in its order. */
  readonly findings: readonly Finding[];
  readonly models: readonly CheckedModel[];
  readonly data?: DataCheck | undefined;
}

/** Looks at a config, its data and its models as far as possible without running anything, and tells every fault at once. */
export async function checkConfig(loaded: LoadedConfig, options: ResolveRunnersOptions): Promise<ConfigCheck> {
  const run = await checkRun(loaded, options);
  const models = await checkModels(run.models, loaded, run.asked);
  const judges = loaded.config === undefined ? [] : await checkJudges(loaded as ValidConfig);
  const inert = loaded.config === undefined ? [] : inertKeys(loaded as ValidConfig, run.models);
  const findings = [...loaded.findings, ...inert, ...run.findings, ...models.findings, ...judges];
  return { findings: findings.sort(byPlace), models: models.models, data: run.data };
}

function byPlace({ at: a }: Finding, { at: b }: Finding): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
