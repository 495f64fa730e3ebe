import { dirname, join } from 'node:path';
import { nodeStorage } from './node-storage.ts';
import { sealJson } from './sealed-json.ts';
import type { Storage } from './storage.ts';
import { storageError } from './storage-error.ts';

/** With a checksum over all of it: {@link openSealed}. */
export function writeJsonFile(file: string, value: object, storage?: Storage): Promise<void> {
  return writeFileWhole(file, sealJson(value), storage);
}

const DRAFT = /\.\d+\.tmp$/;

/** Takes away what processes left that died while they wrote. Of a folder that this process holds alone. */
export async function sweepDrafts(folder: string, storage: Storage = nodeStorage): Promise<void> {
  for (const name of await storage.list(folder)) if (DRAFT.test(name)) await storage.remove(join(folder, name));
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
    await storage.remove(draft).catch(() => {});
    throw storageError(cause, file);
  }
}
