import { type BigIntStats, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  hasRunLocks,
  isAssayError,
  isRunLocked,
  type Manifest,
  NO_NOTES,
  type RunFolder,
  type RunNotes,
  readManifest,
  readRunNotes,
  readSummary,
  type Summary,
} from 'assay/internal';
import { findRuns } from './find-runs.ts';
import { JournalCounter } from './journal-counter.ts';
import { type RunningScore, RunningScores } from './running-scores.ts';

/** A run as a list shows it. */
export interface RunOverview {
  /** Its folder's name. */
  readonly name: string;
  readonly folder: RunFolder;
  readonly manifest: Manifest;
  /** What people say of it. */
  readonly notes: RunNotes;
  /** null until the run has ended, and while one is resumed. */
  readonly summary: Summary | null;
  /** Running as long as a living process holds the folder's lock. */
  readonly state: 'finished' | 'running' | 'stopped';
  /** (model, sample) pairs on disk, and how many there will be. */
  readonly done: number;
  readonly total: number;
  /** Means so far of a run that has not ended. */
  readonly scores: readonly RunningScore[];
}

/** Milliseconds after which a folder's time is one that a further change moves. */
const SETTLED_MS = 2_000;

/** The runs of one folder, looked at each time they are asked for: files that changed are read again, of journals what is new. */
export class RunCatalogue {
  readonly #folder: string | undefined;
  readonly #counters = new Map<string, JournalCounter<RunningScores>>();
  readonly #damaged = new Map<string, string>();
  /** Folders that no process held, by how they were then. */
  readonly #free = new Map<string, string>();
  readonly #read = new Map<string, { readonly version: string; readonly value: Promise<unknown> }>();

  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  /** Newest first; those whose manifest or summary cannot be read are in `damaged`. */
  async list(): Promise<RunOverview[]> {
    const folders = await findRuns(this.#folder);
    this.#damaged.clear();
    const runs = await Promise.all(folders.map((folder) => this.#readable(folder)));
    return runs.filter((run) => run !== undefined).sort((a, b) => (startOf(a) < startOf(b) ? 1 : -1));
  }

  /** Why runs that were last looked for cannot be read, by their folder's name. */
  get damaged(): ReadonlyMap<string, string> {
    return this.#damaged;
  }

  /** One run by its folder's name. */
  async find(name: string): Promise<RunOverview | undefined> {
    const folder = (await findRuns(this.#folder)).find(({ path }) => basename(path) === name);
    return folder === undefined ? undefined : this.#readable(folder);
  }

  async #readable(folder: RunFolder): Promise<RunOverview | undefined> {
    return this.#overview(folder).catch((thrown: unknown) => {
      if (isAssayError(thrown)) this.#damaged.set(basename(folder.path), thrown.message);
      return undefined;
    });
  }

  async #overview(folder: RunFolder): Promise<RunOverview> {
    const manifest = await this.#latest(folder.manifest, () => readManifest(folder));
    if (manifest === undefined) throw new Error(`${folder.path} is no run any more`);
    const notes = (await this.#latest(join(folder.path, 'notes.json'), () => readRunNotes(folder.path))) ?? NO_NOTES;
    const name = basename(folder.path);
    const total = manifest.dataset.samples * manifest.models.length;
    const isRunning = await this.#isRunning(folder.path);
    const summary = isRunning ? undefined : await this.#latest(folder.summary, () => readSummary(folder.summary));
    if (summary !== undefined) {
      // A model that failed left samples for a resume.
      const isWhole = summary.models.every(({ failure }) => failure === undefined);
      const left = summary.models.reduce((sum, { states }) => sum + states.skipped, 0);
      const state = isWhole ? 'finished' : 'stopped';
      return { name, folder, manifest, notes, summary, state, done: total - left, total, scores: [] };
    }
    const counter = this.#counters.get(folder.path) ?? new JournalCounter(folder.journal, () => new RunningScores());
    this.#counters.set(folder.path, counter);
    // A failed sample that was asked again has several lines.
    const done = Math.min(total, await counter.count());
    const state = isRunning ? 'running' : 'stopped';
    return { name, folder, manifest, notes, summary: null, state, done, total, scores: counter.tally.list() };
  }

  /** Whether a process holds a run's folder. One without any lock is looked at again once it has changed, as a lock does. */
  async #isRunning(path: string): Promise<boolean> {
    const found = lookedAt(path);
    const version = `${found?.ino} ${found?.mtimeNs} ${found?.ctimeNs}`;
    if (this.#free.get(path) === version) return false;
    const isRunning = await isRunLocked(path);
    // A lock that comes in the same tick of the file system's clock as the last change would not be seen.
    const isSettled = found !== undefined && Date.now() - Number(found.mtimeMs) > SETTLED_MS;
    if (!isRunning && isSettled && !(await hasRunLocks(path))) this.#free.set(path, version);
    return isRunning;
  }

  /** What a file holds, read again only when it has changed; undefined where it is not there. */
  async #latest<T>(file: string, read: () => Promise<T>): Promise<T | undefined> {
    // Not by promise: a look at 500 runs takes 1,500 of these, and each promise costs more than the look.
    const found = lookedAt(file);
    if (found === undefined) return undefined;
    const version = `${found.ino} ${found.size} ${found.mtimeNs}`;
    const known = this.#read.get(file);
    if (known?.version === version) return known.value as Promise<T>;
    const value = read();
    this.#read.set(file, { version, value });
    return value;
  }
}

/** undefined for what is not there, or cannot be looked at. */
function lookedAt(file: string): BigIntStats | undefined {
  try {
    return statSync(file, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function startOf({ manifest }: RunOverview): string {
  return manifest.createdAt;
}
