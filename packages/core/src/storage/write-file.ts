import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { storageError } from './storage-error.ts';
import { syncFolder } from './sync-folder.ts';

export function writeJsonFile(file: string, value: unknown): Promise<void> {
  return writeFileWhole(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** Written beside and renamed into place, so that no reader ever sees half a file; on disk when it resolves. */
export async function writeFileWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(draft, 'w');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
    await syncFolder(dirname(file));
  } catch (cause) {
    throw storageError(cause, file);
  }
}
