import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileModeIn, sharedStorage, storageError } from '@assay/core';

/** Characters gathered before a write. */
const BUFFER = 1 << 16;

/** A text file written piece by piece under another name, and put in its place when whole. */
export class TextFile {
  readonly path: string;
  readonly #unfinished: string;
  #handle: FileHandle | null = null;
  #pending: string[] = [];
  #pendingCharacters = 0;
  /** Bytes written so far. */
  bytes = 0;

  constructor(path: string) {
    this.path = path;
    this.#unfinished = `${path}.${process.pid}.part`;
  }

  async write(text: string): Promise<void> {
    this.#pending.push(text);
    this.#pendingCharacters += text.length;
    if (this.#pendingCharacters >= BUFFER) await this.#flush();
  }

  /** Puts the file in its place. */
  async finish(): Promise<void> {
    await this.#flush();
    try {
      await this.#handle?.close();
      await rename(this.#unfinished, this.path);
    } catch (cause) {
      throw storageError(cause, this.path);
    }
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    await this.#handle?.close().catch(() => undefined);
    await rm(this.#unfinished, { force: true });
  }

  /** @throws AssayError RUN_DISK_FULL, RUN_OUTPUT_NOT_WRITABLE */
  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#pending.join(''));
    this.#pending = [];
    this.#pendingCharacters = 0;
    try {
      this.#handle ??= await this.#open();
      await this.#handle.writeFile(bytes);
    } catch (cause) {
      throw storageError(cause, this.path);
    }
    this.bytes += bytes.length;
  }

  async #open(): Promise<FileHandle> {
    const folder = dirname(this.path);
    await sharedStorage.makeFolder(folder);
    return open(this.#unfinished, 'w', await fileModeIn(folder));
  }
}
