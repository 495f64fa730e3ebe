import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Manifest, type RunFolder, readManifest, type Summary } from '@assay/core';
import { findRuns } from './find-runs.ts';
import { JournalCounter } from './journal-counter.ts';

/** A run as a list shows it. */
export interface RunOverview {
  /** Its folder's name. */
  readonly name: string;
  readonly folder: RunFolder;
  readonly manifest: Manifest;
  /** null until the run has ended. */
  readonly summary: Summary | null;
  readonly state: 'finished' | 'running' | 'stopped';
  /** (model, sample) pairs on disk, and how many there will be. */
  readonly done: number;
  readonly total: number;
}

/** A journal that nobody wrote to for so long belongs to a run that stopped. */
const QUIET_MS = 60_000;

/** The runs of one folder, read again each time they are asked for; of journals only what is new. */
export class RunCatalogue {
  readonly #folder: string | undefined;
  readonly #counters = new Map<string, JournalCounter>();

  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  /** Newest first; folders whose manifest cannot be read are left out. */
  async list(): Promise<RunOverview[]> {
    const folders = await findRuns(this.#folder);
    const runs = await Promise.all(folders.map((folder) => this.#overview(folder).catch(() => undefined)));
    return runs.filter((run) => run !== undefined).sort((a, b) => (startOf(a) < startOf(b) ? 1 : -1));
  }

  async find(name: string): Promise<RunOverview | undefined> {
    return (await this.list()).find((run) => run.name === name);
  }

  async #overview(folder: RunFolder): Promise<RunOverview> {
    const manifest = await readManifest(folder);
    const name = basename(folder.path);
    const total = manifest.dataset.samples * manifest.models.length;
    if (existsSync(folder.summary)) {
      const summary = JSON.parse(await readFile(folder.summary, 'utf8')) as Summary;
      return { name, folder, manifest, summary, state: 'finished', done: total, total };
    }
    const counter = this.#counters.get(folder.path) ?? new JournalCounter(folder.journal);
    this.#counters.set(folder.path, counter);
    // A failed sample that was asked again has several lines.
    const done = Math.min(total, await counter.count());
    const isFresh = Date.now() - Math.max(counter.modifiedMs, Date.parse(manifest.createdAt)) < QUIET_MS;
    return { name, folder, manifest, summary: null, state: isFresh ? 'running' : 'stopped', done, total };
  }
}

function startOf({ manifest }: RunOverview): string {
  return manifest.createdAt;
}
