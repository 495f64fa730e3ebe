import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { storageError } from '../engine/journal.ts';

/** The files of one run. */
export interface RunFolder {
  readonly path: string;
  readonly manifest: string;
  readonly journal: string;
  readonly summary: string;
  readonly report: string;
}

export function runFolder(path: string): RunFolder {
  return {
    path,
    manifest: join(path, 'manifest.json'),
    journal: join(path, 'journal.jsonl'),
    summary: join(path, 'summary.json'),
    report: join(path, 'report.html'),
  };
}

/** `20261123T214512Z-3f9c`: sorts by time, names the plan. */
export function newRunId(now: Date, planDigest: string): string {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  return `${time}-${planDigest.slice(0, 4)}`;
}

export async function createRunFolder(path: string): Promise<RunFolder> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    throw storageError(cause, path);
  }
  return runFolder(path);
}

/** Written beside and renamed into place, so that no reader ever sees half a file. */
export async function writeJsonFile(file: string, value: unknown): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(draft, 'w');
    try {
      await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (cause) {
    throw storageError(cause, file);
  }
}
