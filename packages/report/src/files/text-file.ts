import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileModeIn } from '@assay/core';

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
    await this.#handle?.close();
    await rename(this.#unfinished, this.path);
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    await this.#handle?.close().catch(() => undefined);
    await rm(this.#unfinished, { force: true });
  }

  async #flush(): Promise<void> {
    if (this.#handle === null) {
      await mkdir(dirname(this.path), { recursive: true });
      this.#handle = await open(this.#unfinished, 'w', await fileModeIn(dirname(this.path)));
    }
    const bytes = Buffer.from(this.#pending.join(''));
    this.#pending = [];
    this.#pendingCharacters = 0;
    await this.#handle.writeFile(bytes);
    this.bytes += bytes.length;
  }
}
