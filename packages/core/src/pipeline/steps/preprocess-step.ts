import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DATASET_INDEX_FILE } from '../../datasets/dataset-index.ts';
import { writeJsonFile } from '../../storage/write-file.ts';
import { INDEX_FOLDER, SHARDS_FOLDER } from './shards-here.ts';
import { planStep, type StepContext } from './step-context.ts';

/**
 * Checks config and dataset to the last row, and writes the dataset's rows as shards and an index of them.
 * @throws AssayError DATASET_EMPTY, CONFIG_*…
 */
export async function preprocessStep(context: StepContext, shards: number): Promise<{ readonly samples: number }> {
  const { folders, hooks } = context;
  const plan = await planStep(context);
  const [data, indexes] = [join(folders.output, SHARDS_FOLDER), join(folders.output, INDEX_FOLDER)];
  // A try before may have cut another state of the data.
  for (const folder of [data, indexes]) await rm(folder, { recursive: true, force: true });
  const index = await plan.cut!(data, shards, ({ file, line, message }) =>
    hooks.onWarning?.({ code: 'DATASET_SYNTAX', message: `${file}:${line}  ${message}` }),
  );
  await mkdir(indexes, { recursive: true });
  await writeJsonFile(join(indexes, DATASET_INDEX_FILE), index);
  return { samples: index.samples };
}
