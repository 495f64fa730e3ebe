import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { AssayError } from '../errors/assay-error.ts';
import type { Clock } from '../storage/clock.ts';
import { nodeStorage } from '../storage/node-storage.ts';
import type { Storage, StoredFile } from '../storage/storage.ts';
import { storageError } from '../storage/storage-error.ts';
import { encodeRecord, type JournalRecord, type RangeRecord } from './journal-record.ts';
import { PartFiles } from './part-files.ts';

/** Where a journal stands: what is on disk of it, whole records only. */
export interface JournalPosition {
  readonly bytes: number;
  /** CRC-32 of these bytes. */
  readonly checksum: number;
}

export interface JournalOptions {
  /** Longest time a record waits for its fsync, in milliseconds. @default 100 */
  readonly commitMs?: number;
  /** Bytes that force a commit. @default 1 MiB */
  readonly commitBytes?: number;
  readonly storage?: Storage;
  /** Called after each commit. */
  readonly onCommit?: () => void;
}

/** Ends the wait of a timer; made once, for it has a stack. */
const COMMITTED = new DOMException('committed', 'AbortError');

/**
 * The append-only record of a run. Records are written in groups, each group followed by one fsync;
 * `append` resolves when the record is on disk. After a failed write (disk full) every append rejects,
 * and what was committed before stays readable.
 */
export class Journal {
  /** Files beside it that its records may name. */
  readonly parts: PartFiles;
  readonly #handle: StoredFile;
  readonly #clock: Clock;
  readonly #commitMs: number;
  readonly #commitBytes: number;
  readonly #onCommit: (() => void) | undefined;
  #pending: (string | Uint8Array)[] = [];
  #pendingBytes = 0;
  #pendingRecords = 0;
  #group = newGroup();
  #timer: AbortController | undefined;
  #committing: Promise<void> = Promise.resolve();
  #position: JournalPosition;
  #records = 0;
  #failure: AssayError | undefined;
  /** Commits that are not on disk yet. */
  #commits = 0;
  #isHurried = false;

  private constructor(handle: StoredFile, parts: PartFiles, position: JournalPosition, options: JournalOptions) {
    this.#handle = handle;
    this.parts = parts;
    this.#clock = (options.storage ?? nodeStorage).clock;
    this.#position = position;
    this.#commitMs = options.commitMs ?? 100;
    this.#commitBytes = options.commitBytes ?? 1 << 20;
    this.#onCommit = options.onCommit;
  }

  /** Opens for appending behind `position`; what lies there, a torn tail, is cut off. */
  static async open(
    file: string,
    position: JournalPosition = { bytes: 0, checksum: 0 },
    options: JournalOptions = {},
  ): Promise<Journal> {
    const { storage = nodeStorage } = options;
    try {
      const handle = await storage.open(file, 'append');
      await handle.truncate(position.bytes);
      // A process that was killed may have left records, or a compacted journal, that no power cut would spare.
      await handle.sync();
      await storage.syncFolder(dirname(file));
      return new Journal(handle, new PartFiles(file, storage), position, options);
    } catch (cause) {
      throw storageError(cause, file);
    }
  }

  /** What is on disk. */
  get position(): JournalPosition {
    return this.#position;
  }

  /** Records of models that this journal has put on disk. */
  get records(): number {
    return this.#records;
  }

  append(record: JournalRecord): Promise<void> {
    return this.#append([encodeRecord(record)], record.kind === 'run' ? 0 : 1);
  }

  /** A scored range: its record and the lines that this stands for, together or not at all. */
  appendRange(record: RangeRecord, lines: Uint8Array): Promise<void> {
    return this.#append([encodeRecord(record), lines], 1);
  }

  #append(lines: readonly (string | Uint8Array)[], records: number): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const { committed } = this.#group;
    this.#pending.push(...lines);
    this.#pendingRecords += records;
    for (const { length } of lines) this.#pendingBytes += length;
    if (this.#pendingBytes >= this.#commitBytes) void this.#commit();
    else if (this.#timer === undefined) this.#commitLater();
    return committed;
  }

  /** Commits what waits as soon as the disk is free: for those who can do nothing else until then. */
  hurry(): void {
    if (this.#commits === 0) void this.#commit();
    else this.#isHurried = true;
  }

  /** Commits what waits. */
  async flush(): Promise<void> {
    await this.#commit();
    await this.#committing;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#handle.close();
    }
  }

  #commitLater(): void {
    const timer = new AbortController();
    this.#timer = timer;
    this.#clock.sleep(this.#commitMs, timer.signal).then(
      () => void this.#commit(),
      () => {},
    );
  }

  #commit(): Promise<void> {
    this.#timer?.abort(COMMITTED);
    this.#timer = undefined;
    if (this.#pending.length === 0) return this.#committing;
    const parts = inFewParts(this.#pending);
    const group = this.#group;
    this.#pending = [];
    const records = this.#pendingRecords;
    this.#pendingBytes = 0;
    this.#pendingRecords = 0;
    this.#group = newGroup();
    this.#commits += 1;
    this.#isHurried = false;
    this.#committing = this.#committing
      .then(() => this.#write(parts))
      .then(() => {
        let { bytes, checksum } = this.#position;
        for (const part of parts) {
          bytes += part.length;
          checksum = crc32(part, checksum);
        }
        this.#position = { bytes, checksum };
        this.#records += records;
        group.resolve();
        this.#onCommit?.();
      }, group.reject)
      .finally(() => {
        this.#commits -= 1;
        if (this.#isHurried) this.hurry();
      });
    return this.#committing;
  }

  async #write(parts: readonly Uint8Array[]): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      for (const part of parts) await this.#handle.append(part);
      await this.#handle.sync();
    } catch (cause) {
      this.#failure = storageError(cause, 'the journal');
      throw this.#failure;
    }
  }
}

/** Records one after the other as one part; the lines of a scored range, a megabyte and more, as they are. */
function inFewParts(pending: readonly (string | Uint8Array)[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let text = '';
  for (const lines of pending) {
    if (typeof lines === 'string') text += lines;
    else {
      if (text !== '') parts.push(Buffer.from(text));
      parts.push(lines);
      text = '';
    }
  }
  if (text !== '') parts.push(Buffer.from(text));
  return parts;
}

interface CommitGroup {
  readonly committed: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

function newGroup(): CommitGroup {
  let resolve!: () => void;
  let reject!: (reason: unknown) => void;
  const committed = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  // A record may be appended without anyone waiting for it; its failure shows at flush.
  committed.catch(() => {});
  return { committed, resolve, reject };
}
