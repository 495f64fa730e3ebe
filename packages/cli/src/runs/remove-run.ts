import { existsSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { RUNS_FOLDER, type RunFolder, STOP_FILE } from 'assay/internal';

/** What a run leaves in a folder that is not its own. */
const OWN_FILES: readonly string[] = [
  'best_model.json',
  'notes.json',
  'parts',
  'report-data',
  'resources.json',
  'sample-notes.json',
  STOP_FILE,
];

/**
 * A folder below .assay/runs goes as a whole; of one that -o named, only what the run wrote.
 * @returns whether the folder is still there, with other files
 */
export async function removeRun({ path, ...files }: RunFolder): Promise<boolean> {
  if (resolve(dirname(path)).endsWith(RUNS_FOLDER)) {
    await rm(path, { recursive: true, force: true });
    return false;
  }
  const written = [...Object.values(files), ...OWN_FILES.map((name) => join(path, name))];
  for (const file of written) await rm(file, { recursive: true, force: true });
  if ((await readdir(path)).length === 0) await rmdir(path);
  return existsSync(path);
}
