import { dirname, join, resolve } from 'node:path';
import { nodeStorage } from './node-storage.ts';
import type { Storage } from './storage.ts';
import { storageError } from './storage-error.ts';

/** The files of one run. */
export interface RunFolder {
  readonly path: string;
  readonly manifest: string;
  readonly journal: string;
  /** The folder of files that the journal may name; it may be missing. */
  readonly parts: string;
  /** What the journal's first bytes add up to: a resume need not read them. */
  readonly checkpoint: string;
  readonly summary: string;
  readonly report: string;
}

export function runFolder(path: string): RunFolder {
  return {
    path,
    manifest: join(path, 'manifest.json'),
    journal: join(path, 'journal.jsonl'),
    parts: join(path, 'parts'),
    checkpoint: join(path, 'checkpoint.json'),
    summary: join(path, 'summary.json'),
    report: join(path, 'report.html'),
  };
}

/** `20261123T214512Z-3f9c`: sorts by time, names the plan. */
export function newRunId(now: Date, planDigest: string): string {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  return `${time}-${planDigest.slice(0, 4)}`;
}

export async function createRunFolder(path: string, storage: Storage = nodeStorage): Promise<RunFolder> {
  try {
    const made = await storage.makeFolder(path);
    if (made !== undefined) await syncMade(path, made, storage);
  } catch (cause) {
    throw storageError(cause, path);
  }
  return runFolder(path);
}

/** The entries of all folders from the first that was made on. */
async function syncMade(path: string, first: string, storage: Storage): Promise<void> {
  const above = dirname(resolve(first));
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    await storage.syncFolder(folder);
    if (folder === above || folder === dirname(folder)) return;
  }
}
