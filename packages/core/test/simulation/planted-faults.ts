import type { Storage, StoredFile } from '../../src/storage/storage.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** What could be wrong in a product that the simulation is to find. */
export const FAULTS = [
  'fsync dropped',
  'rename before sync',
  'stale lock taken',
  'torn checkpoint',
  'clock set back',
] as const;
export type Fault = (typeof FAULTS)[number];

/** A storage as a product with this fault would use it. */
export function withFault(fault: Fault, storage: Storage, world: SimulatedWorld): Storage {
  switch (fault) {
    case 'fsync dropped':
      return { ...storage, open: async (file, how) => ({ ...(await storage.open(file, how)), sync: async () => {} }) };
    case 'rename before sync':
      return renamingFirst(storage);
    case 'stale lock taken':
      // Another host's process looks like one of this host that is gone.
      return { ...storage, host: { ...storage.host, name: 'host', isRunning: (pid) => pid === storage.host.pid } };
    case 'torn checkpoint':
      return writingInPlace(storage, 'checkpoint.json');
    case 'clock set back':
      return { ...storage, clock: { ...storage.clock, now: () => world.now + world.wallOffset } };
  }
}

/** A file that takes its place by rename is synced only then. */
function renamingFirst(storage: Storage): Storage {
  const unsynced = new Map<string, StoredFile>();
  return {
    ...storage,
    open: async (file, how) => {
      const opened = await storage.open(file, how);
      if (!/\.(tmp|compact)$/.test(file)) return opened;
      return { ...opened, sync: async () => void unsynced.set(file, opened) };
    },
    rename: async (from, to) => {
      await storage.rename(from, to);
      await unsynced.get(from)?.sync();
    },
  };
}

/** A file is written where it lies, not beside. */
function writingInPlace(storage: Storage, name: string): Storage {
  const placeOf = (file: string): string =>
    file.includes(`${name}.`) ? file.slice(0, file.indexOf(name) + name.length) : file;
  return {
    ...storage,
    open: (file, how) => storage.open(placeOf(file), how),
    rename: async (from, to) => {
      if (placeOf(from) !== to) await storage.rename(from, to);
    },
  };
}
