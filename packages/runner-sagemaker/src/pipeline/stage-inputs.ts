import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  AssayError,
  type DatasetFile,
  pinOf,
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
 */
export async function stageInputs(
  bucket: S3Bucket,
  prefix: string,
  configText: string,
  settings: StepSettings,
  datasetFiles: readonly DatasetFile[],
): Promise<StagedInputs> {
  const written = JSON.stringify(settings);
  const digest = createHash('sha256')
    .update(JSON.stringify([configText, written, datasetFiles.map(pinOf)]))
    .digest('hex')
    .slice(0, 16);
  const inputs = `inputs/${digest}`;
  let bytes = 0;
  const put = async (path: string, body: Parameters<S3Bucket['put']>[1], length: number): Promise<void> => {
    bytes += length;
    await bucket.put(`${prefix}/${inputs}/${path}`, body, { length });
  };
  for (const [i, { path }] of datasetFiles.entries()) {
    const { size } = await stat(path);
    if (size > LARGEST_FILE)
      throw new AssayError('CONFIG_INVALID', `${path} has ${size} bytes, too many to upload`, {
        hint: 'put it into S3 and name it there: dataset.input_data_location: s3://…',
      });
    // In memory up to a size: the SDK can then send a checksum ahead, which plain servers understand.
    const whole = size < 64 * 2 ** 20 ? await readFile(path) : undefined;
    await put(`dataset/${String(i).padStart(4, '0')}-${basename(path)}`, () => whole ?? createReadStream(path), size);
  }
  await put(`config/${STEP_SETTINGS_FILE}`, () => written, Buffer.byteLength(written));
  await put(`config/${STEP_CONFIG_FILE}`, () => configText, Buffer.byteLength(configText));
  return { inputs, files: datasetFiles.length + 2, bytes };
}
