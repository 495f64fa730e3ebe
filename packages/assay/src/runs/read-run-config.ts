import { dirname, resolve } from 'node:path';
import {
  type EvaluationConfig,
  loadPrices,
  type PriceTable,
  parseConfig,
  type RunFolder,
  readManifest,
} from '@assay/core';

/** The config that a run was made by, and the folder where its paths begin; no config for a run of outputs alone. */
export async function readRunConfig(
  folder: RunFolder,
): Promise<{ readonly config: EvaluationConfig | undefined; readonly baseDir: string }> {
  const { configText, configFile, configFolder } = await readManifest(folder);
  const baseDir = configFolder === undefined ? dirname(configFile) : resolve(folder.path, configFolder);
  return { config: parseConfig(configText, configFile).config, baseDir };
}

/** The prices of a run's config, if it has some and they can be read. @param note told why they cannot */
export async function readRunPrices(folder: RunFolder, note: (text: string) => void): Promise<PriceTable | undefined> {
  const { config, baseDir } = await readRunConfig(folder);
  if (config?.prices === undefined) return undefined;
  try {
    return await loadPrices(config.prices, baseDir);
  } catch (thrown) {
    note(`costs are unknown: ${(thrown as Error).message}`);
    return undefined;
  }
}
