import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  AssayError,
  type DatasetFile,
  pinOf,
  type RunFolder,
  STEP_CONFIG_FILE,
  STEP_SETTINGS_FILE,
  type StepSettings,
} from '@assay/core';
import type { S3Bucket } from '../aws/s3-bucket.ts';
import type { TrainingFile } from './training-files.ts';

/** One PutObject takes 5 GiB; larger files belong into S3 already. */
const LARGEST_FILE = 5 * 2 ** 30;

export interface StagedInputs {
  /** Value of the pipeline's parameter `Inputs`. */
  readonly inputs: string;
  readonly files: number;
  readonly bytes: number;
}

export interface StageMore {
  /** The runs that regression gates compare with, by their names in the config. */
  readonly baselines?: ReadonlyMap<string, RunFolder> | undefined;
  readonly training?: readonly TrainingFile[] | undefined;
  /** Modules that the config names, each by its path from the config. */
  readonly code?: readonly CodeFile[] | undefined;
}

/** A module beside the config. */
export interface CodeFile {
  readonly path: string;
  readonly file: string;
}

/**
 * Puts config, settings and the dataset's files under `<prefix>/inputs/<digest>`: named by their content, so that the
 * same inputs are found again and different ones never meet.
 * @param datasetFiles in the order of the dataset; none where it lies in S3 already
 */
export async function stageInputs(
  bucket: S3Bucket,
  prefix: string,
  configText: string,
  settings: StepSettings,
  datasetFiles: readonly DatasetFile[],
  { baselines = new Map(), training = [], code = [] }: StageMore = {},
): Promise<StagedInputs> {
  const runs = [...baselines].map(([name, run], i) => ({ name, run, folder: `baseline-${i}` }));
  const named = Object.fromEntries(runs.map(({ name, folder }) => [name, folder]));
  const written = JSON.stringify(runs.length === 0 ? settings : { ...settings, baselines: named });
  const contents = await Promise.all([
    ...runs.map(({ run }) => readFile(run.summary, 'utf8')),
    ...[...training, ...code].map(({ file }) => sha256Of(file)),
  ]);
  const digest = createHash('sha256')
    .update(JSON.stringify([configText, written, datasetFiles.map(pinOf), ...contents]))
    .digest('hex')
    .slice(0, 16);
  const inputs = `inputs/${digest}`;
  let bytes = 0;
  const put = async (path: string, body: Parameters<S3Bucket['put']>[1], length: number): Promise<void> => {
    bytes += length;
    await bucket.put(`${prefix}/${inputs}/${path}`, body, { length });
  };
  let files = 2;
  const putFile = async (path: string, file: string): Promise<void> => {
    const { size } = await stat(file);
    if (size > LARGEST_FILE)
      throw new AssayError('CONFIG_INVALID', `${file} has ${size} bytes, too many to upload`, {
        hint: 'put it into S3 and name it there: dataset.input_data_location: s3://…',
      });
    // In memory up to a size: the SDK can then send a checksum ahead, which plain servers understand.
    const whole = size < 64 * 2 ** 20 ? await readFile(file) : undefined;
    await put(path, () => whole ?? createReadStream(file), size);
    files += 1;
  };
  for (const [i, { path }] of datasetFiles.entries())
    await putFile(`dataset/${String(i).padStart(4, '0')}-${basename(path)}`, path);
  for (const { run, folder } of runs)
    for (const { path, file } of await runFiles(run)) await putFile(`config/${folder}/${path}`, file);
  for (const { path, file } of training) await putFile(path, file);
  for (const { path, file } of code) await putFile(`config/${path}`, file);
  await put(`config/${STEP_SETTINGS_FILE}`, () => written, Buffer.byteLength(written));
  await put(`config/${STEP_CONFIG_FILE}`, () => configText, Buffer.byteLength(configText));
  return { inputs, files, bytes };
}

/** What a run is read from, each by its path from the run's folder. */
async function runFiles({ manifest, summary, journal, parts }: RunFolder): Promise<CodeFile[]> {
  const names = existsSync(parts) ? (await readdir(parts)).sort() : [];
  return [
    ...[manifest, summary, journal].map((file) => ({ path: basename(file), file })),
    ...names.map((name) => ({ path: `${basename(parts)}/${name}`, file: join(parts, name) })),
  ];
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
