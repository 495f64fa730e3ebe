import { mkdir } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { pinOf } from '../../datasets/dataset-file.ts';
import type { RunPlan } from '../../engine/run-plan.ts';
import { AssayError } from '../../errors/assay-error.ts';
import { writeJsonFile } from '../../storage/write-file.ts';
import { type Shard, shardName } from './shard.ts';
import { planStep, type StepContext } from './step-context.ts';

/** Checks config and dataset to the last row and writes the shards. @throws AssayError DATASET_EMPTY, CONFIG_*… */
export async function preprocessStep(context: StepContext, shards: number): Promise<{ readonly samples: number }> {
  const plan = await planStep(context);
  let samples = 0;
  const onBadRow = ({ file, line, message }: { file: string; line: number; message: string }): void =>
    context.hooks.onWarning?.({ code: 'DATASET_SYNTAX', message: `${file}:${line}  ${message}` });
  for await (const _ of plan.dataset.samples(onBadRow)) samples += 1;
  if (samples === 0) throw new AssayError('DATASET_EMPTY', `${plan.dataset.name} has no sample to evaluate`);
  await mkdir(context.folders.output, { recursive: true });
  const files = inputFiles(plan, context);
  for (let shard = 0; shard < shards; shard++) {
    const part: Shard = { format: 1, shard, shards, planDigest: plan.digest, ...files };
    await writeJsonFile(join(context.folders.output, `${shardName(part)}.json`), part);
  }
  return { samples };
}

/** What the other steps are to read: a folder on S3 may hold more by the time that they start. */
function inputFiles({ dataset }: RunPlan, { folders }: StepContext): Pick<Shard, 'files'> {
  const paths = dataset.files.map(({ path }) => relative(folders.input('dataset'), path).split(sep).join('/'));
  if (paths.some((path) => path.startsWith('..') || isAbsolute(path))) return {};
  return { files: dataset.files.map((file, i) => ({ path: paths[i]!, pin: pinOf(file) })) };
}
