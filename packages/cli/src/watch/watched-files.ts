import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { besideConfig, type RunPlan, type ValidConfig } from 'assay/internal';

/** The files on this machine that a run's figures depend on, beside the models: absolute paths. */
export function watchedFiles({ file, baseDir, config }: ValidConfig, { dataset }: Pick<RunPlan, 'dataset'>): string[] {
  const judges = config.algorithms.map(
    ({ options }) => options.judge as { scripted?: { answers?: unknown } } | undefined,
  );
  const named = [
    ...config.algorithms.map(({ module }) => module),
    ...config.models.map(({ scripted }) => scripted?.answers),
    ...judges.map((judge) => judge?.scripted?.answers),
    config.prices,
  ];
  const beside = named.filter((path) => typeof path === 'string').map((path) => resolve(besideConfig(path, baseDir)));
  return [...new Set([file, ...dataset.files.map(({ path }) => resolve(path)), ...beside])].filter(existsSync);
}
