import { dirname } from 'node:path';
import { nodeStorage } from './node-storage.ts';
import type { Storage, StoredFile } from './storage.ts';
import { storageError } from './storage-error.ts';

/** A file of JSON lines that only grows: each line is on disk when `append` resolves, and one that a crash tore is skipped. */
export class SyncedLines {
  readonly #handle: StoredFile;
  readonly #file: string;
  /** A torn line must not be joined by another: appends wait for one another. */
  #last: Promise<void> = Promise.resolve();

  private constructor(handle: StoredFile, file: string) {
    this.#handle = handle;
    this.#file = file;
  }

  /** @throws AssayError RUN_OUTPUT_NOT_WRITABLE, RUN_DISK_FULL, FILE_SYSTEM */
  static async open(file: string, storage: Storage = nodeStorage): Promise<SyncedLines> {
    try {
      const handle = await storage.open(file, 'append');
      await storage.syncFolder(dirname(file));
      return new SyncedLines(handle, file);
    } catch (cause) {
      throw storageError(cause, file);
    }
  }

  /** @throws AssayError as of `open` */
  append(value: object): Promise<void> {
    const appended = this.#last.then(() => this.#write(value));
    this.#last = appended.catch(() => {});
    return appended;
  }

  async #write(value: object): Promise<void> {
    try {
      // A line of its own even after one that a crash tore.
      await this.#handle.append(`\n${JSON.stringify(value)}\n`);
      await this.#handle.sync();
    } catch (cause) {
      throw storageError(cause, this.#file);
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** The values of such a file, torn and damaged lines left out; none where there is no file. */
export async function readSyncedLines(file: string, storage: Storage = nodeStorage): Promise<unknown[]> {
  const text = await storage.readText(file).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return '';
    throw thrown;
  });
  return text.split('\n').flatMap((line): unknown[] => {
    if (line === '') return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch {
      return [];
    }
  });
}
