import { hash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { nodeStorage } from '../storage/node-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { storageError } from '../storage/storage-error.ts';
import type { RangeRecord } from './journal-record.ts';

/** Where the parts of a journal lie. */
export function partsFolder(journal: string): string {
  return join(dirname(journal), 'parts');
}

/** The name of a part by what it holds: a range that is scored again takes the place of what a crash left of it. */
export function partName({ model, first }: Pick<RangeRecord, 'model' | 'first'>): string {
  return `${String(first).padStart(12, '0')}-${hash('sha256', model, 'hex').slice(0, 8)}.parquet`;
}

/** Puts parts on disk beside a journal, whole under their names or not at all. */
export class PartFiles {
  readonly #folder: string;
  readonly #storage: Storage;
  #made: Promise<unknown> | undefined;

  constructor(journal: string, storage: Storage = nodeStorage) {
    this.#folder = partsFolder(journal);
    this.#storage = storage;
  }

  /** Resolves when the part is on disk, and no power cut can take it. */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    const file = join(this.#folder, name);
    const draft = `${file}.new`;
    try {
      this.#made ??= this.#makeFolder();
      await this.#made;
      const handle = await this.#storage.open(draft, 'new');
      try {
        await handle.append(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await this.#storage.rename(draft, file);
      await this.#storage.syncFolder(this.#folder);
    } catch (cause) {
      throw storageError(cause, file);
    }
  }

  async #makeFolder(): Promise<void> {
    await this.#storage.makeFolder(this.#folder);
    // Whoever made it: a process that died may have, and no power cut would spare what it did not sync.
    await this.#storage.syncFolder(dirname(this.#folder));
  }
}

/** The bytes of a part; undefined where they are not those that its record vouches for. */
export async function readPart(
  journal: string,
  { part, bytes, checksum }: Pick<RangeRecord, 'part' | 'bytes' | 'checksum'>,
  storage: Storage = nodeStorage,
): Promise<Buffer | undefined> {
  const handle = await storage.open(join(partsFolder(journal), part!), 'read').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw cause;
  });
  if (handle === undefined) return undefined;
  try {
    // One byte more than there is: a part that has grown is not as it was written.
    const content = Buffer.allocUnsafeSlow(bytes + 1);
    let used = 0;
    while (used < content.length) {
      const bytesRead = await handle.read(content, used, content.length - used, used);
      if (bytesRead === 0) break;
      used += bytesRead;
    }
    const whole = content.subarray(0, bytes);
    return used === bytes && crc32(whole) === checksum ? whole : undefined;
  } finally {
    await handle.close();
  }
}
