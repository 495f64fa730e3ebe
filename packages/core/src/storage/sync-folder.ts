import { open } from 'node:fs/promises';

/**
 * Puts a folder's entries on disk: a file that was made or renamed in it is only then sure to be found after a power cut.
 * Where folders cannot be opened (Windows) or synced (some network drives) the file system takes care of it, or nobody can.
 */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  try {
    await handle?.sync().catch(() => {});
  } finally {
    await handle?.close();
  }
}
