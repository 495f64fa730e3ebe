import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DATASET_INDEX_FILE, readDatasetIndex } from '../../datasets/dataset-index.ts';
import { shardOfName } from '../../datasets/shard-rows.ts';
import type { IndexedData } from '../../plan/open-data.ts';
import type { StepFolders } from './step-folders.ts';

/** Within what the first step writes: the index, which every step gets, and the shards, each of which one instance gets. */
export const INDEX_FOLDER = 'index';
export const SHARDS_FOLDER = 'shards';

/** The cut dataset as this step has it; undefined for the step that cuts it. @throws AssayError RUN_DAMAGED */
export async function indexedData(folders: StepFolders): Promise<IndexedData | undefined> {
  const file = join(folders.input(INDEX_FOLDER), DATASET_INDEX_FILE);
  if (!existsSync(file)) return undefined;
  const folder = folders.input(SHARDS_FOLDER);
  const names = await readdir(folder).catch((): string[] => []);
  const shards = names.filter((name) => shardOfName(name) !== undefined).sort();
  return { index: await readDatasetIndex(file), shards: shards.map((name) => join(folder, name)) };
}
