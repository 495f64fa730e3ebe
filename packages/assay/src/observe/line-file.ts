import { writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sharedStorage } from '@assay/core';

export interface LineFileOptions {
  /** Told once, when a line cannot be written; no more are tried then. */
  readonly onFailure: (cause: NodeJS.ErrnoException) => void;
  /** Characters that may wait for the disk; what comes beyond them is dropped and counted. @default 8 Mi */
  readonly maxPending?: number;
  /** Longest time a line waits before it is written, in milliseconds. @default 250 */
  readonly writeMs?: number;
  /** Longest time that `close` waits for the disk, in milliseconds. @default 2_000 */
  readonly closeMs?: number;
}

/** Characters that are written without waiting for the timer. */
const WRITE_AT = 1 << 16;

/** Lines appended to a file off the path of the work: it never throws, never blocks and never holds much. */
export class LineFile {
  readonly #handle: FileHandle;
  readonly #options: Required<LineFileOptions>;
  #pending: string[] = [];
  #pendingLength = 0;
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;
  /** Lines for which there was no room, since the last one that was written. */
  dropped = 0;

  private constructor(handle: FileHandle, options: Required<LineFileOptions>) {
    this.#handle = handle;
    this.#options = options;
    process.on('exit', this.#onExit);
  }

  /** @returns undefined, after `onFailure`, where the file cannot be opened */
  static async open(file: string, options: LineFileOptions): Promise<LineFile | undefined> {
    try {
      await sharedStorage.makeFolder(dirname(file));
      const handle = await open(file, 'a', 0o600);
      return new LineFile(handle, { maxPending: 8 << 20, writeMs: 250, closeMs: 2_000, ...options });
    } catch (cause) {
      options.onFailure(cause as NodeJS.ErrnoException);
      return undefined;
    }
  }

  /** @param line without its newline */
  write(line: string): void {
    if (this.#isOver) return;
    if (this.#pendingLength + line.length > this.#options.maxPending) {
      this.dropped += 1;
      return;
    }
    this.#pending.push(line);
    this.#pendingLength += line.length + 1;
    if (this.#pendingLength >= WRITE_AT) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), this.#options.writeMs).unref();
  }

  /** Writes what waits, for as long as `closeMs` allows. */
  async close(): Promise<void> {
    const drained = (async () => {
      while (!this.#isOver && (this.#pending.length > 0 || this.#writing !== undefined)) {
        this.#flush();
        await this.#writing;
      }
      this.#isOver = true;
      await this.#handle.close().catch(() => {});
    })();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#options.closeMs);
    });
    await Promise.race([drained, late]);
    clearTimeout(timer);
    process.off('exit', this.#onExit);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#writing !== undefined || this.#pending.length === 0) return;
    this.#writing = this.#handle
      .appendFile(this.#take())
      .catch((cause: NodeJS.ErrnoException) => {
        this.#isOver = true;
        this.#pending = [];
        this.#options.onFailure(cause);
      })
      .finally(() => {
        this.#writing = undefined;
        if (this.#pendingLength >= WRITE_AT) this.#flush();
      });
  }

  #take(): string {
    const text = `${this.#pending.join('\n')}\n`;
    this.#pending = [];
    this.#pendingLength = 0;
    return text;
  }

  /** A second Ctrl-C ends the process at once: what waits is written without waiting for anything. */
  readonly #onExit = (): void => {
    if (this.#isOver || this.#pending.length === 0) return;
    try {
      writeSync(this.#handle.fd, this.#take());
    } catch {
      // The run's own exit code counts, not the log's fate.
    }
  };
}
