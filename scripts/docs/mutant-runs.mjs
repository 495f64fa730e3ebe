// A page followed with one number of what a reader types changed: does what is printed tell?
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changedPage } from './mutants.mjs';
import { readersEnvironment } from './readers-environment.mjs';
import { followPage } from './run-page.mjs';

/** @returns {Promise<string | undefined>} the first thing that differs */
export async function noticedByRun(root, numeral) {
  const folder = await mkdtemp(join(tmpdir(), 'assay-docs-mutant-'));
  const { env, remove } = await readersEnvironment(root);
  try {
    const page = join(folder, 'page.md');
    await writeFile(page, changedPage(numeral));
    const { problems, differences } = await followPage(page, { root, env });
    return [...problems, ...differences][0]?.split('\n')[0];
  } finally {
    await remove();
    await rm(folder, { recursive: true, force: true });
  }
}
