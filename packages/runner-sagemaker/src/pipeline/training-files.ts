import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { AssayError, type PipelineGraph } from '@assay/core';

/** A file of training data on this machine, and where it goes below the uploaded inputs. */
export interface TrainingFile {
  readonly model: string;
  /** `training/<step>/training/train.jsonl` */
  readonly path: string;
  readonly file: string;
}

/**
 * The training data that lie on this machine: files or folders named by the config, beside it. Paths that are not here are
 * taken for keys of the bucket. @throws AssayError CONFIG_INVALID where only one of a model's two paths is here
 */
export async function trainingFiles({ steps }: PipelineGraph, baseDir: string): Promise<TrainingFile[]> {
  const files: TrainingFile[] = [];
  for (const step of steps) {
    if (step.kind !== 'finetune') continue;
    const { model, name, trainDataPath, validationDataPath } = step;
    const channels = [
      ['training', trainDataPath],
      ['validation', validationDataPath],
    ] as const;
    const named = channels.filter((each): each is [(typeof each)[0], string] => each[1] !== null && !isS3(each[1]));
    const here = named.filter(([, path]) => existsSync(resolve(baseDir, path)));
    if (here.length > 0 && here.length < named.length)
      throw new AssayError('CONFIG_INVALID', `of the two data paths of ${model} only ${here[0]![1]} is there`, {
        hint: 'put both beside the config, or both into the bucket, or write s3:// URIs',
      });
    for (const [channel, path] of here)
      for (const { inside, file } of await filesAt(resolve(baseDir, path)))
        files.push({ model, path: `training/${name}/${channel}/${inside}`, file });
  }
  return files;
}

const isS3 = (path: string): boolean => path.startsWith('s3://');

async function filesAt(path: string): Promise<{ readonly inside: string; readonly file: string }[]> {
  if ((await stat(path)).isFile()) return [{ inside: basename(path), file: path }];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ inside: relative(path, file).replaceAll('\\', '/'), file }));
}
