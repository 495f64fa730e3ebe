import { join } from 'node:path';
import { AssayError } from '../errors/assay-error.ts';
import { nodeStorage } from './node-storage.ts';
import type { Host, Storage } from './storage.ts';
import { storageError } from './storage-error.ts';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Where process numbers are its own; null where the system does not say. */
  readonly machine: string | null;
  /** Tells a process from a later one with the same number; null where the system does not say. */
  readonly startedAt: string | null;
}

/** How often, and how long between, the first of several that begin at once waits for the others to withdraw. */
const LOOKS = 6;
const LOOK_MS = 50;

/** Numbers the locks of this process: two runs of it may meet in one folder. */
let taken = 0;

/**
 * Holds a run folder for one process and returns the release. Each process has a lock file of its own, which its name
 * tells from all others: it makes it, then looks for others, and holds the folder where it sees none of a process that
 * lives. Of two, the later one to look sees the other, so that never both hold it; and no lock but a dead process's is
 * ever removed by another. Of those that begin at once, the first by name waits for the others to withdraw.
 */
export async function lockRun(folder: string, storage: Storage = nodeStorage): Promise<() => Promise<void>> {
  taken += 1;
  const own = lockName(storage.host, taken);
  const file = join(folder, own);
  try {
    await (await storage.open(file, 'new')).close();
    for (let look = 1; ; look += 1) {
      const [first] = await otherLocks(folder, own, storage);
      if (first === undefined) return release(file, storage);
      if (own > first.name || look === LOOKS) throw await lockedBy(folder, first, storage);
      await storage.clock.sleep(LOOK_MS);
    }
  } catch (cause) {
    await storage.remove(file).catch(() => {});
    throw storageError(cause, file);
  }
}

/** Touches the lock until it is released, for those who cannot see this process. */
function release(file: string, storage: Storage): () => Promise<void> {
  const stop = storage.keepTouched?.(file);
  return () => {
    stop?.();
    return storage.remove(file);
  };
}

/** Whether a process holds the folder: by its lock, and whether that process lives, where it is on this machine. */
export async function isRunLocked(folder: string, storage: Storage = nodeStorage): Promise<boolean> {
  const locks = await locksIn(folder, storage).catch(() => []);
  for (const { name, holder } of locks)
    if (holder !== undefined && (await isAlive(join(folder, name), holder, storage))) return true;
  return false;
}

/** Whether there is any lock in the folder, of a process that lives or not. */
export async function hasRunLocks(folder: string, storage: Storage = nodeStorage): Promise<boolean> {
  return (await locksIn(folder, storage).catch(() => [])).length > 0;
}

/** Takes the locks out of a folder that came from a machine which is gone. */
export async function clearRunLocks(folder: string, storage: Storage = nodeStorage): Promise<void> {
  for (const { name } of await locksIn(folder, storage)) await storage.remove(join(folder, name));
}

interface Lock {
  readonly name: string;
  /** undefined for a file that is no whole lock: nobody alive has written it. */
  readonly holder: Holder | undefined;
}

type LiveLock = Holder & { readonly name: string };

/** Locks of other processes that live, by name. Those of dead ones are cleared away. */
async function otherLocks(folder: string, own: string, storage: Storage): Promise<readonly LiveLock[]> {
  const live: LiveLock[] = [];
  for (const { name, holder } of await locksIn(folder, storage)) {
    if (name === own) continue;
    if (holder !== undefined && (await isAlive(join(folder, name), holder, storage))) live.push({ ...holder, name });
    else await storage.remove(join(folder, name));
  }
  return live;
}

async function locksIn(folder: string, storage: Storage): Promise<readonly Lock[]> {
  const names = (await storage.list(folder)).filter((name) => /^lock(\.|$)/.test(name)).sort();
  const holderOf = (name: string) => (name === 'lock' ? readHolder(join(folder, name), storage) : holderIn(name));
  return Promise.all(names.map(async (name) => ({ name, holder: await holderOf(name) })));
}

/** `lock.<pid>.<start>.<number>.<machine>.<host>` */
function lockName({ pid, name, machine, startOf }: Host, number: number): string {
  return `lock.${pid}.${startOf(pid) ?? ''}.${number}.${machine ?? ''}.${encodeURIComponent(name)}`;
}

/** A host's name may have dots too; locks of versions before have no machine. */
function holderIn(lock: string): Holder | undefined {
  const form = /^lock\.(\d+)\.(\d*)\.\d+\.(?:([0-9a-f-]{36}-\d+|)\.)?(.*)$/;
  const [, pid, startedAt, machine, host] = form.exec(lock) ?? [];
  if (pid === undefined) return undefined;
  return {
    pid: Number(pid),
    host: decodeURIComponent(host!),
    machine: machine || null,
    startedAt: startedAt === '' ? null : startedAt!,
  };
}

/** The one lock that versions before 0.2 had. */
async function readHolder(file: string, storage: Storage): Promise<Holder | undefined> {
  try {
    const { pid, host, startedAt } = JSON.parse(await storage.readText(file)) as Partial<Holder>;
    return typeof pid === 'number' && typeof host === 'string'
      ? { pid, host, machine: null, startedAt: startedAt ?? null }
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether the process that holds a lock lives. On this machine it is looked for by number and start. In another container of
 * it, or one with a name made by chance, it cannot be seen: there it lives while its lock is touched. On another machine it
 * counts as alive.
 */
async function isAlive(file: string, { pid, host, machine, startedAt }: Holder, storage: Storage): Promise<boolean> {
  const here = storage.host;
  const isSameStart = machine !== null && bootOf(machine) === bootOf(here.machine);
  if (isSameStart ? machine === here.machine : host === here.name) {
    if (!here.isRunning(pid)) return false;
    const begun = here.startOf(pid);
    return begun === null || startedAt === null || startedAt === begun;
  }
  const isContainer = isSameStart || (RANDOM.test(host) && RANDOM.test(here.name));
  if (machine === null || !isContainer) return true;
  const touched = await storage.modifiedAt(file);
  return touched === undefined || storage.clock.now() - touched < SILENT_MS;
}

/** A container's name where nobody gave one. */
const RANDOM = /^[0-9a-f]{12}$/;
/** A lock is touched every few seconds; one that has not been for this long is a dead container's. */
const SILENT_MS = 60_000;

const bootOf = (machine: string | null): string | undefined => machine?.slice(0, 36);

async function lockedBy(folder: string, { pid, host, name }: LiveLock, storage: Storage): Promise<AssayError> {
  const file = join(folder, name);
  const touched = await storage.modifiedAt(file);
  const when = touched === undefined ? '' : `; last seen ${new Date(touched).toISOString()}`;
  const unseen = host === storage.host.name ? '' : ` Whether it still runs can only be seen on ${host}.`;
  return new AssayError('RUN_LOCKED', `${folder} is being written by process ${pid} on ${host}${when}`, {
    hint: `Wait for it to end.${unseen} If that process is gone, take the run over: delete ${file}`,
  });
}
