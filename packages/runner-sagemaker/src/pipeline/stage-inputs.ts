import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
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

/** One PutObject takes 5 GiB; larger files belong into S3 already. */
const LARGEST_FILE = 5 * 2 ** 30;

export interface StagedInputs {
  /** Value of the pipeline's parameter `Inputs`. */
  readonly inputs: string;
  readonly files: number;
  readonly bytes: number;
}

/**
 * Puts config, settings and the dataset's files under `<prefix>/inputs/<digest>`: named by their content, so that the
 * same inputs are found again and different ones never meet.
 * @param datasetFiles in the order of the dataset; none where it lies in S3 already
 * @param baselines the runs that regression gates compare with, by their names in the config
 */
export async function stageInputs(
  bucket: S3Bucket,
  prefix: string,
  configText: string,
  settings: StepSettings,
  datasetFiles: readonly DatasetFile[],
  baselines: ReadonlyMap<string, RunFolder> = new Map(),
): Promise<StagedInputs> {
  const runs = [...baselines].map(([name, run], i) => ({ name, run, folder: `baseline-${i}` }));
  const named = Object.fromEntries(runs.map(({ name, folder }) => [name, folder]));
  const written = JSON.stringify(runs.length === 0 ? settings : { ...settings, baselines: named });
  const summaries = await Promise.all(runs.map(({ run }) => readFile(run.summary, 'utf8')));
  const digest = createHash('sha256')
    .update(JSON.stringify([configText, written, datasetFiles.map(pinOf), ...summaries]))
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
    for (const file of [run.manifest, run.summary, run.journal])
      await putFile(`config/${folder}/${basename(file)}`, file);
  await put(`config/${STEP_SETTINGS_FILE}`, () => written, Buffer.byteLength(written));
  await put(`config/${STEP_CONFIG_FILE}`, () => configText, Buffer.byteLength(configText));
  return { inputs, files, bytes };
}
