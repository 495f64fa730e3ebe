// What a reader's shell has: the command of this clone, by the name that readers type.
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @returns {Promise<{ env: Record<string, string>, remove(): Promise<void> }>} */
export async function readersEnvironment(root) {
  const bin = await mkdtemp(join(tmpdir(), 'assay-docs-bin-'));
  const command = join(bin, 'assay');
  await writeFile(command, `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'packages/cli/dist/main.js')}" "$@"\n`);
  await chmod(command, 0o755);
  // A reader's own machine is no CI, where gates are stricter.
  const { ASSAY_CACHE: _, CI: __, ...env } = process.env;
  return {
    env: { ...env, PATH: `${bin}:${process.env.PATH}`, NO_COLOR: '1', LANG: 'C.UTF-8', COLUMNS: '100' },
    remove: () => rm(bin, { recursive: true, force: true }),
  };
}
