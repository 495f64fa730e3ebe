import { readFileSync, readlinkSync } from 'node:fs';
import { access, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { systemClock } from './clock.ts';
import { type Access, MODES, runAccess } from './file-access.ts';
import type { Host, Storage } from './storage.ts';

const FLAGS = { append: 'a', new: 'w', read: 'r' } as const;

const thisHost: Host = {
  name: hostname(),
  pid: process.pid,
  machine: machineId(),
  startOf: (pid) => processStat(pid)?.startedAt ?? null,
  isRunning: (pid) => {
    try {
      process.kill(pid, 0);
      return processStat(pid)?.state !== 'Z';
    } catch (cause) {
      return (cause as NodeJS.ErrnoException).code === 'EPERM';
    }
  },
};

/** This machine's files, clock and processes. What it makes is its owner's alone. */
export const nodeStorage: Storage = storageFor('private');

/** The same, for files that others may read as the umask says. */
export const sharedStorage: Storage = storageFor('shared');

/** For files that are written into a folder: like the run there; elsewhere as the umask says. */
export async function storageIn(folder: string): Promise<Storage> {
  return (await runAccess(folder)) === 'private' ? nodeStorage : sharedStorage;
}

function storageFor(who: Access): Storage {
  return {
    clock: systemClock,
    host: thisHost,
    open: async (file, how) => {
      const handle = await open(file, FLAGS[how], MODES[who].file);
      return {
        append: (data) => handle.appendFile(data),
        truncate: (bytes) => handle.truncate(bytes),
        sync: () => handle.datasync(),
        read: async (into, offset, length, position) => (await handle.read(into, offset, length, position)).bytesRead,
        close: () => handle.close(),
      };
    },
    exists: (file) =>
      access(file).then(
        () => true,
        () => false,
      ),
    readText: (file) => readFile(file, 'utf8'),
    modifiedAt: (file) =>
      stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => undefined,
      ),
    keepTouched,
    rename,
    list: (folder) => readdir(folder),
    remove: (file) => rm(file, { force: true }),
    syncFolder,
    makeFolder: (folder) => makeFolder(resolve(folder), MODES[who].folder),
  };
}

/**
 * The folders on the way are everybody's: other runs lie in them. One that is there keeps its permissions. Node's own way
 * of making folders on the way never ends where the file system makes none (/proc).
 * @returns the first that was not there; undefined where all were
 */
async function makeFolder(folder: string, mode: number): Promise<string | undefined> {
  try {
    await mkdir(folder, { mode });
    return folder;
  } catch (cause) {
    const above = dirname(folder);
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT' && above !== folder) {
      const first = await makeFolder(above, MODES.shared.folder);
      await mkdir(folder, { mode });
      return first ?? folder;
    }
    const isThere = await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (isThere) return undefined;
    throw cause;
  }
}

/** Where folders cannot be opened (Windows) or synced (some network drives) the file system takes care of it, or nobody can. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  try {
    await handle?.sync().catch(() => {});
  } finally {
    await handle?.close();
  }
}

/**
 * Linux: fields 3 and 22 of /proc/PID/stat. One that has ended and that its parent never asks after has the state Z: in a
 * container whose first process asks after none, it keeps its number until the container is gone.
 */
function processStat(pid: number): { readonly state: string; readonly startedAt: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0]!, startedAt: fields[19]! };
  } catch {
    return undefined;
  }
}

/** Linux: the start of the machine, which its containers share, and the container's own processes. */
function machineId(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const processes = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0];
    return boot.length === 36 && processes !== undefined ? `${boot}-${processes}` : null;
  } catch {
    return null;
  }
}

const TOUCH_MS = 10_000;

function keepTouched(file: string): () => void {
  const timer = setInterval(() => {
    const now = new Date();
    void utimes(file, now, now).catch(() => {});
  }, TOUCH_MS).unref();
  return () => clearInterval(timer);
}
