import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AssayError } from '../errors/assay-error.ts';
import { storageError } from './storage-error.ts';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Tells a process from a later one with the same number; null where the system does not say. */
  readonly startedAt: string | null;
}

/** Holds a run folder for one process and returns the release. A lock whose process is gone is taken over. */
export async function lockRun(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'lock');
  const mine: Holder = { pid: process.pid, host: hostname(), startedAt: processStart(process.pid) };
  const draft = `${file}.${process.pid}.${process.hrtime.bigint()}`;
  try {
    // A link appears whole or not at all, so no one ever reads a half-written lock.
    await writeFile(draft, JSON.stringify(mine));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        await link(draft, file);
        return () => rm(file, { force: true });
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
        const holder = await readHolder(file);
        if (holder !== undefined && isAlive(holder)) throw lockedBy(folder, file, holder);
        await takeAside(file, holder, draft);
      }
    }
    throw lockedBy(folder, file, await readHolder(file));
  } catch (cause) {
    throw storageError(cause, file);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Whether a process holds the folder: by its lock, and whether that process lives, where it is on this machine. */
export async function isRunLocked(folder: string): Promise<boolean> {
  const holder = await readHolder(join(folder, 'lock'));
  return holder !== undefined && isAlive(holder);
}

/** Moves a dead process's lock away, unless another process replaced it in the meantime. */
async function takeAside(file: string, dead: Holder | undefined, draft: string): Promise<void> {
  const aside = `${draft}.stale`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  const moved = await readHolder(aside);
  if (JSON.stringify(moved) !== JSON.stringify(dead)) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const startedAt = processStart(holder.pid);
  return startedAt === null || holder.startedAt === null || startedAt === holder.startedAt;
}

/** Clock ticks since boot at which the process started (Linux: field 22 of /proc/PID/stat). */
function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function lockedBy(folder: string, file: string, holder: Holder | undefined): AssayError {
  return new AssayError(
    'RUN_LOCKED',
    `${folder} is being written by process ${holder?.pid ?? 'unknown'} on ${holder?.host ?? 'unknown'}`,
    {
      hint: `Wait for it to end; if that process is gone, delete ${file}.`,
    },
  );
}
