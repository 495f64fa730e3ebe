import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AssayError, listRuns, type RunFolder, runFolder } from 'assay/internal';

/**
 * Run folders, newest first: those below `.assay/runs` here; or of a folder that is a run, holds runs, or is a project.
 * @throws AssayError RUN_NOT_FOUND for a folder without any
 */
export async function findRuns(folder: string | undefined): Promise<RunFolder[]> {
  if (folder === undefined) return listRuns();
  const path = resolve(folder);
  if (existsSync(runFolder(path).manifest)) return [runFolder(path)];
  const names = existsSync(path) ? await readdir(path) : [];
  const inside = names.map((name) => runFolder(join(path, name))).filter(({ manifest }) => existsSync(manifest));
  const found = inside.length > 0 ? inside.sort((a, b) => (a.path < b.path ? 1 : -1)) : await listRuns(path);
  if (found.length > 0) return found;
  throw new AssayError('RUN_NOT_FOUND', `no runs in ${path}`, {
    hint: 'Name a folder of runs, one run, or a project with .assay/runs.',
  });
}
