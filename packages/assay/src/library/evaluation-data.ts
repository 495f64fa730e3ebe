import { join, resolve } from 'node:path';
import { ALGORITHMS, type Algorithm, AssayError, configFromData, requireValid, type ValidConfig } from '@assay/core';
import type { OwnModel } from '../own/own-model.ts';
import type { OwnParts } from '../run/perform-run.ts';
import type { AlgorithmUse } from './algorithm-use.ts';
import type { EvaluateOptions } from './evaluation-options.ts';
import type { Model } from './models.ts';
import { type Rows, writeRows } from './rows-file.ts';

/** Where rows of programs are kept below a project. */
const ROWS_FOLDER = join('.assay', 'rows');

/** An evaluation of objects as a checked config, with what no config can name. @throws AssayError CONFIG_*, DATASET_* */
export async function evaluationData(
  options: EvaluateOptions,
): Promise<{ config: ValidConfig; own: Required<OwnParts> }> {
  const { data, keys = {}, models, algorithms, prompt, gates, selection } = options;
  const own = { models: ownModels(models), algorithms: ownAlgorithms(algorithms) };
  const isFiles =
    typeof data === 'string' ||
    (Array.isArray(data) && data.every((each) => typeof each === 'string') && data.length > 0);
  const location = isFiles ? data : await writeRows(data as Rows, resolve(ROWS_FOLDER));
  const named = Object.entries(keys).map(([key, column]) => [`${snake(key)}_key`, column]);
  const name = options.name ?? (isFiles ? undefined : 'rows');
  const given = { prompt, gates, selection, ...options.config };
  const written = {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    dataset: {
      ...(name === undefined ? {} : { dataset_name: name }),
      input_data_location: location,
      ...Object.fromEntries(named),
    },
    models: models.map(({ config }) => config),
    algorithms: algorithms.map((use) => ({ algorithm: use.name, ...use.options })),
  };
  const known = new Map<string, Algorithm>([...ALGORITHMS, ...own.algorithms]);
  const config = configFromData(written, process.cwd(), { algorithms: known });
  return { config: requireValid(config), own };
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function ownModels(models: readonly Model[]): ReadonlyMap<string, OwnModel> {
  const found = new Map<string, OwnModel>();
  for (const { own } of models) {
    if (own === undefined) continue;
    const other = found.get(own.id);
    if (other !== undefined && other.generate !== own.generate)
      throw new AssayError('CONFIG_INVALID', `two models have the id ${own.id}`, {
        hint: 'answers are cached by id: give each its own',
      });
    found.set(own.id, own);
  }
  return found;
}

function ownAlgorithms(uses: readonly AlgorithmUse[]): ReadonlyMap<string, Algorithm> {
  const found = new Map<string, Algorithm>();
  for (const { name, own } of uses) {
    if (own === undefined) continue;
    if (ALGORITHMS.has(name) || (found.has(name) && found.get(name) !== own))
      throw new AssayError('CONFIG_INVALID', `there are two algorithms ${name}`, { hint: 'name yours otherwise' });
    found.set(name, own);
  }
  return found;
}
