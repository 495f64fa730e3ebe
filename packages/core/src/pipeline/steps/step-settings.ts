import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';
import { loadConfig, requireValid, type ValidConfig } from '../../config/load-config.ts';
import type { DatasetConfig } from '../../config/schema/dataset-config.ts';
import { RUNNER_KINDS, type RunnerKind } from '../../config/schema/model-config.ts';
import { localDataset } from '../../datasets/local-dataset.ts';
import { AssayError } from '../../errors/assay-error.ts';
import { parseStored, type StoredShape, storedShape } from '../../storage/read-json.ts';
import { isOfDataset } from '../dataset-prefix.ts';
import { indexedData } from './shards-here.ts';
import type { StepFolders } from './step-folders.ts';

/** What a pipeline was started with, beside the config: `step.json` in the config's folder, the same for every step. */
export interface StepSettings {
  /** The config file where it lies; otherwise `evaluation_config.yaml` beside this file. */
  readonly configFile?: string;
  /** The dataset's name, where its files come as an input of the step. */
  readonly datasetName?: string;
  /** `s3://bucket/folder/` or an object, where the dataset's files come from there and not from an upload. */
  readonly datasetUri?: string;
  readonly limit?: number;
  readonly seed?: number;
  readonly runner?: RunnerKind;
  readonly localModel?: string;
  /** Scripted answers for every model that has none of its own: with `runner: scripted` they stand in for all of them. */
  readonly answers?: string;
  /** JavaScript modules and commands that the config names may run. */
  readonly allowCode?: true;
  /** Variables that may be sent as keys to any host. */
  readonly allowEnv?: readonly string[];
  /** Hosts of a private network that may be called. */
  readonly allowHost?: readonly string[];
  /** Folders outside the config's, whole paths of the machine that it was started on. */
  readonly allowFile?: readonly string[];
  /** `--region` of the start: wins over every region of the config. */
  readonly region?: string;
  /** `--accept-eula` of the start. */
  readonly acceptEula?: true;
  /** Who started it: a tag of what the steps create. */
  readonly owner?: string;
  /** Execution role of what the steps deploy, where the config names none. */
  readonly roleArn?: string;
  /** Baseline runs of regression gates by their names in the config: folders beside this file. */
  readonly baselines?: Readonly<Record<string, string>>;
  /** `s3://bucket/prefix/executions`, where the results of an execution on SageMaker go. */
  readonly resultsUri?: string;
}

const stepSettings: StoredShape<StepSettings> = storedShape(() => {
  const text = z.string().exactOptional();
  const texts = z.array(z.string()).exactOptional();
  const yes = z.literal(true).exactOptional();

  return z.looseObject({
    configFile: text,
    datasetName: text,
    datasetUri: text,
    limit: z.number().exactOptional(),
    seed: z.number().exactOptional(),
    runner: z.enum(RUNNER_KINDS).exactOptional(),
    localModel: text,
    answers: text,
    allowCode: yes,
    allowEnv: texts,
    allowHost: texts,
    allowFile: texts,
    region: text,
    acceptEula: yes,
    owner: text,
    roleArn: text,
    baselines: z.record(z.string(), z.string()).exactOptional(),
    resultsUri: text,
  });
});

export const STEP_SETTINGS_FILE = 'step.json';
/** The pipeline's own parameter for the number of samples; `all` leaves it to the settings. */
export const STEP_LIMIT_VARIABLE = 'ASSAY_STEP_LIMIT';
/** Set in the container of the step whose run is published: trials on one's own machine publish nothing. */
export const STEP_PUBLISH_VARIABLE = 'ASSAY_STEP_PUBLISH';
/** `s3://…`, where the container of an evaluation uploads to, and finds what an earlier try of it left. */
export const STEP_RESULTS_VARIABLE = 'ASSAY_STEP_RESULTS';
export const STEP_CONFIG_FILE = 'evaluation_config.yaml';

export interface StepConfig {
  readonly loaded: ValidConfig;
  readonly settings: StepSettings;
}

/**
 * The config of a step. Where the dataset's files come as an input, they take the place of the config's location, in the
 * order of their names; once they are cut, what the first step read does. @throws AssayError CONFIG_*
 */
export async function readStepConfig(
  folders: StepFolders,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<StepConfig> {
  const folder = folders.input('config');
  const limit = Number(env[STEP_LIMIT_VARIABLE]);
  const written = await readSettings(join(folder, STEP_SETTINGS_FILE));
  const settings = limit > 0 ? { ...written, limit } : written;
  const config = requireValid(await loadConfig(settings.configFile ?? join(folder, STEP_CONFIG_FILE)));
  const loaded = settings.answers === undefined ? config : withAnswers(config, settings.answers);
  const cut = settings.configFile === undefined ? await indexedData(folders) : undefined;
  // Whoever cut it read it in the container: where it came from is no place that this step reads.
  if (cut !== undefined)
    return { loaded: { ...loaded, config: { ...loaded.config, dataset: cut.index.located } }, settings };
  const files = await datasetFiles(folders, loaded.config.dataset, settings);
  if (files.length === 0) return { loaded, settings };
  // A set by name brings its keys along.
  const dataset = {
    ...(await localDataset(loaded.config.dataset, { baseDir: loaded.baseDir })),
    input_data_location: files.map((file) => join(folders.input('dataset'), file)),
    ...(settings.datasetName === undefined ? {} : { dataset_name: settings.datasetName }),
  };
  return { loaded: { ...loaded, config: { ...loaded.config, dataset } }, settings };
}

/**
 * What the first step of an execution reads, below its input: every file, of a place on S3 those that the config means.
 * @throws AssayError DATASET_EMPTY when it means none of them
 */
async function datasetFiles(folders: StepFolders, dataset: DatasetConfig, settings: StepSettings): Promise<string[]> {
  const found = await readdir(folders.input('dataset'), { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = found
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folders.input('dataset'), join(parentPath, name)).split(sep).join('/'))
    .sort();
  if (settings.datasetUri === undefined || paths.length === 0) return paths;
  const meant = paths.filter((path) => isOfDataset(dataset, path));
  if (meant.length > 0) return meant;
  throw new AssayError('DATASET_EMPTY', `none of the ${paths.length} files at ${settings.datasetUri} is the dataset’s`);
}

/** The config with scripted answers for the models that have none: to try a whole pipeline without one of its models. */
export function withAnswers(loaded: ValidConfig, answers: string): ValidConfig {
  const models = loaded.config.models.map((model) => ({ ...model, scripted: model.scripted ?? { answers } }));
  return { ...loaded, config: { ...loaded.config, models } };
}

async function readSettings(file: string): Promise<StepSettings> {
  try {
    return parseStored(file, await readFile(file, 'utf8'), stepSettings, 'RUN_DAMAGED');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw thrown;
  }
}
