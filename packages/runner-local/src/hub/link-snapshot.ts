import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { HubFile } from './hub-files.ts';

/**
 * Makes a snapshot of blobs that are all there: links (copies where the system allows no links), then the ref.
 * Each step replaces by rename, so that a reader sees the old or the new and never half of one.
 */
export async function linkSnapshot(
  root: string,
  commit: string,
  revision: string,
  files: readonly HubFile[],
): Promise<string> {
  const snapshot = join(root, 'snapshots', commit);
  for (const file of files) {
    const place = join(snapshot, ...file.path.split('/'));
    const blob = join(root, 'blobs', file.digest);
    await mkdir(dirname(place), { recursive: true });
    await replace(place, (temporary) =>
      symlink(relative(dirname(place), blob), temporary).catch(() => copyFile(blob, temporary)),
    );
  }
  if (revision !== commit) {
    const ref = join(root, 'refs', ...revision.split('/'));
    await mkdir(dirname(ref), { recursive: true });
    await replace(ref, (temporary) => writeFile(temporary, commit));
  }
  return snapshot;
}

async function replace(place: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${place}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await write(temporary);
    await rename(temporary, place);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw thrown;
  }
}
