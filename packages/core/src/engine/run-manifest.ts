import type { JournalPosition } from '../journal/journal.ts';
import type { Manifest } from '../results/summary.ts';
import type { Storage } from '../storage/storage.ts';
import { writeJsonFile } from '../storage/write-file.ts';
import type { ModelProgress } from './model-progress.ts';

/** The manifest of a run under way: what is on disk says which models answer, and which are done. */
export class RunManifest {
  readonly #file: string;
  readonly #storage: Storage;
  readonly #begun: Manifest;
  readonly #progress: ReadonlyMap<string, ModelProgress>;
  #journal: Manifest['journal'];
  #writing: Promise<void> = Promise.resolve();

  /** @param begun as the run begins or goes on */
  constructor(file: string, begun: Manifest, progress: ReadonlyMap<string, ModelProgress>, storage: Storage) {
    this.#storage = storage;
    this.#file = file;
    this.#begun = begun;
    this.#progress = progress;
  }

  now(): Manifest {
    const models = [...this.#progress].map(([name, progress]) => this.#line(name, progress));
    const { journal: _, ...begun } = this.#begun;
    return { ...begun, models, ...(this.#journal === undefined ? {} : { journal: this.#journal }) };
  }

  /** The last write of a run. @param position where its journal ends */
  end({ bytes, checksum }: JournalPosition): Promise<void> {
    const hasParts = [...this.#progress.values()].some((progress) => progress.hasParts);
    this.#journal = { bytes, crc32: checksum, ...(hasParts ? { parts: true as const } : {}) };
    return this.write();
  }

  /** One write after the other: models of several lanes ask for it. */
  write(): Promise<void> {
    this.#writing = this.#writing.then(() => writeJsonFile(this.#file, this.now(), this.#storage));
    return this.#writing;
  }

  /** A model that this process has not opened is as an earlier one left it. */
  #line(name: string, { runner, notes: told, revision: opened, isEnded }: ModelProgress): Manifest['models'][number] {
    const before = this.#begun.models.find((model) => model.name === name);
    const notes = told.length > 0 ? told : (before?.notes ?? []);
    const revision = opened ?? before?.revision;
    return {
      name,
      runner: runner === '' ? (before?.runner ?? '') : runner,
      ...(revision === undefined ? {} : { revision }),
      ...(notes.length === 0 ? {} : { notes }),
      ...(isEnded ? { done: true as const } : {}),
    };
  }
}
