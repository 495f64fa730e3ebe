import { dirname, resolve } from 'node:path';
import {
  type EvaluationConfig,
  loadPrices,
  type Manifest,
  type PriceTable,
  parseConfig,
  type RunFolder,
  readManifest,
} from '@assay/core';

/** A config, and the folder where its paths begin; no config for a run of outputs alone. */
export interface RunConfig {
  readonly config: EvaluationConfig | undefined;
  readonly baseDir: string;
}

/** The config that a run was made by. @param path of its folder */
export function configOfRun({ configText, configFile, configFolder }: Manifest, path: string): RunConfig {
  const baseDir = configFolder === undefined ? dirname(configFile) : resolve(path, configFolder);
  return { config: parseConfig(configText, configFile).config, baseDir };
}

/** The same of a run's folder. */
export async function readRunConfig(folder: RunFolder): Promise<RunConfig> {
  return configOfRun(await readManifest(folder), folder.path);
}

/** The prices of a config, if it has some and they can be read. @param note told why they cannot */
export async function pricesOfRun(
  { config, baseDir }: RunConfig,
  note: (text: string) => void,
): Promise<PriceTable | undefined> {
  if (config?.prices === undefined) return undefined;
  try {
    return await loadPrices(config.prices, baseDir);
  } catch (thrown) {
    note(`costs are unknown: ${(thrown as Error).message}`);
    return undefined;
  }
}

/** Those of a run's folder. */
export async function readRunPrices(folder: RunFolder, note: (text: string) => void): Promise<PriceTable | undefined> {
  return pricesOfRun(await readRunConfig(folder), note);
}
