import { join } from 'node:path';
import {
  type RunFolder,
  readRun,
  ScoredRun,
  type Selection,
  type SelectionConfig,
  type Summary,
  selectModel,
  writeBestModel,
} from '@assay/core';
import { localModels } from '../compose/optional-package.ts';
import { readRunConfig } from './read-run-config.ts';

/** Selection as the run's own config states it; nothing for a run of outputs alone. */
export async function configSelection(folder: RunFolder): Promise<SelectionConfig> {
  return (await readRunConfig(folder)).config?.selection ?? {};
}

export interface SelectFromRunOptions {
  /** @default best_model.json in the run's folder */
  readonly output?: string | undefined;
  /** The run, where it is read already. */
  readonly run?: ScoredRun | undefined;
  /** Chooses by what is left of a damaged run. @default it is refused */
  readonly acceptDamage?: boolean | undefined;
}

export interface SelectedModel {
  readonly run: ScoredRun;
  readonly selection: Selection;
  /** best_model.json, or where it was asked for. */
  readonly file: string;
}

/** Chooses the best model of a finished run and writes it to a file that pipelines read. */
export async function selectFromRun(
  folder: RunFolder,
  config: SelectionConfig,
  { output, run: known, acceptDamage }: SelectFromRunOptions = {},
): Promise<SelectedModel> {
  const run = known ?? new ScoredRun(await readRun(folder, { onDamage: acceptDamage === true ? 'tell' : 'refuse' }));
  const sizeOf = config.prefer === 'size' ? await modelSizes(run.summary) : undefined;
  const selection = await selectModel(run, config, { sizeOf });
  const file = output ?? join(folder.path, 'best_model.json');
  await writeBestModel(file, run, selection);
  return { run, selection, file };
}

/** Bytes of local models on this machine; of others nothing is known. */
async function modelSizes({ models }: Summary): Promise<(model: string) => number | undefined> {
  const { listModels } = await localModels();
  const here = listModels();
  const sizes = new Map(
    models.map(({ name, runner }) => {
      const local = /^local:(.+)@sha256:/.exec(runner)?.[1];
      return [name, here.find((model) => model.name === local)?.sizeBytes];
    }),
  );
  return (model) => sizes.get(model);
}
