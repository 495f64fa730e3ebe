import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Who may read what is written: its owner alone, or all whom the umask lets. */
export type Access = 'private' | 'shared';

/** Permissions of new files and folders; the umask may take more away. */
export const MODES = {
  private: { file: 0o600, folder: 0o700 },
  shared: { file: 0o666, folder: 0o777 },
} as const;

/** Who may read the run in a folder: whoever may read its manifest. undefined where there is no run. */
export async function runAccess(folder: string): Promise<Access | undefined> {
  const found = await stat(join(folder, 'manifest.json')).catch(() => undefined);
  if (found === undefined) return undefined;
  return (found.mode & 0o077) === 0 ? 'private' : 'shared';
}

/** Permissions of a file that is written into a folder: those of the run there; elsewhere the umask decides. */
export async function fileModeIn(folder: string): Promise<number> {
  return MODES[(await runAccess(folder)) ?? 'shared'].file;
}
