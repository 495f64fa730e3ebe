import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RootDatabase } from 'lmdb';
import type { HelperAnswer, ModelAnswer } from '../algorithms/algorithm.ts';
import type { KeyPart } from './answer-key.ts';
import { isWholeStore } from './store-file.ts';

/** An answer of a model or of a helper model as kept, with the parts of its key, so that a miss can be explained. */
export interface CacheEntry {
  readonly answer: ModelAnswer | HelperAnswer;
  readonly parts: readonly KeyPart[];
  /** Digest of the sample that it was asked for. */
  readonly sample: string;
  /** Milliseconds since the epoch. */
  readonly keptAt: number;
}

export interface CacheStats {
  readonly folder: string;
  readonly entries: number;
  /** Of the store on disk. */
  readonly bytes: number;
  readonly byRunner: ReadonlyMap<string, number>;
  /** Answers of helper models, by kind and id: `classify local:NAME@sha256:…`. */
  readonly byHelper: ReadonlyMap<string, number>;
}

export interface PruneOptions {
  /** Drops what was kept before this moment (milliseconds since the epoch). */
  readonly before?: number;
  /** Then drops the oldest until what is left takes at most so many bytes. */
  readonly maxBytes?: number;
}

const STORE = 'answers.mdb';

/**
 * Answers of models by everything that they depend on, shared by all runs and safe across processes. Never fails a run:
 * what cannot be read or written is told once and passed over.
 */
export class AnswerCache {
  readonly folder: string;
  readonly #store: RootDatabase<CacheEntry, string>;
  readonly #onTrouble: (message: string) => void;
  #last: Promise<unknown> = Promise.resolve();
  #told = false;

  private constructor(folder: string, store: RootDatabase<CacheEntry, string>, onTrouble: (message: string) => void) {
    this.folder = folder;
    this.#store = store;
    this.#onTrouble = onTrouble;
  }

  /** undefined where the store cannot be opened; `onTrouble` is told why. */
  static async open(folder: string, onTrouble: (message: string) => void): Promise<AnswerCache | undefined> {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = join(folder, STORE);
      if (!(await isWholeStore(file))) {
        await rename(file, `${file}.broken`);
        await rm(`${file}-lock`, { force: true });
        onTrouble(`the cache ${file} was damaged: it is set aside, and a new one begun`);
      }
      const { open } = await import('lmdb');
      return new AnswerCache(folder, open<CacheEntry, string>({ path: file, encoding: 'json' }), onTrouble);
    } catch (cause) {
      onTrouble(`the cache in ${folder} cannot be used (${(cause as Error).message}): going on without it`);
      return undefined;
    }
  }

  find(key: string): CacheEntry | undefined {
    try {
      return this.#store.get(key);
    } catch (cause) {
      this.#tell(cause);
      return undefined;
    }
  }

  /** Written in the background, with whatever else is kept in the same turn of the event loop. */
  keep(key: string, entry: CacheEntry): void {
    try {
      const written = this.#store.put(key, entry);
      written.catch((cause: unknown) => this.#tell(cause));
      this.#last = written;
    } catch (cause) {
      this.#tell(cause);
    }
  }

  *entries(): Generator<readonly [key: string, entry: CacheEntry]> {
    for (const { key, value } of this.#store.getRange()) yield [key, value];
  }

  async stats(): Promise<CacheStats> {
    const byRunner = new Map<string, number>();
    const byHelper = new Map<string, number>();
    let entries = 0;
    for (const [, { parts }] of this.entries()) {
      entries += 1;
      const { runner = '', helper, kind } = Object.fromEntries(parts);
      const [counts, name] = helper === undefined ? [byRunner, runner] : [byHelper, `${kind} ${helper}`];
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const { size: bytes } = await stat(join(this.folder, STORE));
    return { folder: this.folder, entries, bytes, byRunner, byHelper };
  }

  /** @returns how many entries went; the store's file keeps its size and uses the room again */
  async prune({ before = 0, maxBytes = Number.POSITIVE_INFINITY }: PruneOptions): Promise<number> {
    const left: { key: string; keptAt: number; bytes: number }[] = [];
    const gone: string[] = [];
    for (const [key, entry] of this.entries()) {
      if (entry.keptAt < before) gone.push(key);
      else left.push({ key, keptAt: entry.keptAt, bytes: key.length + Buffer.byteLength(JSON.stringify(entry)) });
    }
    let bytes = left.reduce((sum, entry) => sum + entry.bytes, 0);
    left.sort((a, b) => a.keptAt - b.keptAt);
    for (const entry of left) {
      if (bytes <= maxBytes) break;
      bytes -= entry.bytes;
      gone.push(entry.key);
    }
    try {
      await this.#store.transaction(() => {
        for (const key of gone) void this.#store.remove(key);
      });
    } catch (cause) {
      this.#tell(cause);
      return 0;
    }
    return gone.length;
  }

  async close(): Promise<void> {
    try {
      await this.#last;
      await this.#store.close();
    } catch (cause) {
      this.#tell(cause);
    }
  }

  #tell(cause: unknown): void {
    if (this.#told) return;
    this.#told = true;
    this.#onTrouble(`the cache in ${this.folder} fails (${(cause as Error).message}): going on without it`);
  }
}
