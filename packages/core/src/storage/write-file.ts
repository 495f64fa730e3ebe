import { dirname } from 'node:path';
import { nodeStorage } from './node-storage.ts';
import type { Storage } from './storage.ts';
import { storageError } from './storage-error.ts';

export function writeJsonFile(file: string, value: unknown, storage?: Storage): Promise<void> {
  return writeFileWhole(file, `${JSON.stringify(value, null, 2)}\n`, storage);
}

/** Written beside and renamed into place, so that no reader ever sees half a file; on disk when it resolves. */
export async function writeFileWhole(file: string, text: string, storage: Storage = nodeStorage): Promise<void> {
  const draft = `${file}.${storage.host.pid}.tmp`;
  try {
    const handle = await storage.open(draft, 'new');
    try {
      await handle.append(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await storage.rename(draft, file);
    await storage.syncFolder(dirname(file));
  } catch (cause) {
    throw storageError(cause, file);
  }
}
