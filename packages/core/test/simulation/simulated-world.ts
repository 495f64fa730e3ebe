import type { Clock } from '../../src/storage/clock.ts';
import type { Storage, StoredFile } from '../../src/storage/storage.ts';
import { nodeError, randomBy, SimulatedDisk } from './simulated-disk.ts';

/** A process. What a dead one still waits for never comes. */
export interface Life {
  readonly host: string;
  readonly pid: number;
  readonly startedAt: string;
  isAlive: boolean;
}

interface Event {
  readonly at: number;
  readonly life: Life;
  readonly happen: () => void;
}

/** Longest time that one call to the disk takes, in milliseconds. */
export const SLOWEST_MS = 8;

/**
 * Two hosts, their processes, one disk and the time, all by one seed. Between two events every process runs until it waits,
 * so that the same seed is the same story.
 */
export class SimulatedWorld {
  readonly random: () => number;
  readonly disk = new SimulatedDisk();
  readonly lives: Life[] = [];
  /** Milliseconds that have passed: no one sets this clock. */
  now = 0;
  /** What the wall clock is ahead of it. */
  wallOffset = 1e6;
  /** Share of the writes and syncs that fail. */
  failures = 0;
  #events: Event[] = [];
  #nextPid = 100;

  constructor(seed: number) {
    this.random = randomBy(seed);
  }

  below(bound: number): number {
    return Math.floor(this.random() * bound);
  }

  /** A new process; now and then with the number of one that is dead. */
  begin(host: string): Life {
    const dead = this.lives.filter((life) => life.host === host && this.#running(host, life.pid) === undefined);
    const reused = dead.length > 0 && this.random() < 0.2 ? dead[this.below(dead.length)]!.pid : undefined;
    this.#nextPid += 1;
    const life = { host, pid: reused ?? this.#nextPid, startedAt: `${this.lives.length}`, isAlive: true };
    this.lives.push(life);
    return life;
  }

  kill(life: Life): void {
    life.isAlive = false;
    this.#events = this.#events.filter((event) => event.life !== life);
  }

  losePower(): void {
    for (const life of this.lives) this.kill(life);
    this.disk.losePower(this.random);
  }

  /** Lets the next thing happen. @returns false where nothing is left to happen */
  async step(): Promise<boolean> {
    await settled();
    let next: Event | undefined;
    for (const event of this.#events) if (next === undefined || event.at < next.at) next = event;
    if (next === undefined) return false;
    this.#events.splice(this.#events.indexOf(next), 1);
    this.now = Math.max(this.now, next.at);
    next.happen();
    return true;
  }

  storageOf(life: Life): Storage {
    /** What the disk does, after a while. */
    const later = <T>(act: () => T, canFail = false): Promise<T> =>
      new Promise((resolve, reject) => {
        const isFailing = canFail && this.random() < this.failures;
        this.#plan(life, this.random() * SLOWEST_MS, () => {
          try {
            if (isFailing) throw nodeError(this.random() < 0.5 ? 'ENOSPC' : 'EIO');
            resolve(act());
          } catch (thrown) {
            reject(thrown as Error);
          }
        });
      });
    const { disk } = this;
    return {
      clock: this.#clockOf(life),
      host: {
        name: life.host,
        pid: life.pid,
        machine: null,
        startOf: (pid) => this.#running(life.host, pid)?.startedAt ?? null,
        isRunning: (pid) => this.#running(life.host, pid) !== undefined,
      },
      open: (file, how) =>
        later(() => {
          const known = disk.find(file);
          if (known === undefined && how === 'read') throw nodeError('ENOENT');
          const inode = known ?? disk.make(file);
          if (how === 'new') inode.change({ cut: 0 });
          const opened: StoredFile = {
            append: (data) => later(() => inode.change({ at: inode.seen.length, data: Buffer.from(data) }), true),
            truncate: (bytes) => later(() => inode.change({ cut: bytes })),
            sync: () => later(() => inode.sync(), true),
            read: (into, offset, length, position) =>
              later(() => inode.seen.copy(into, offset, position, position + length)),
            close: () => Promise.resolve(),
          };
          return opened;
        }),
      exists: (file) => later(() => disk.find(file) !== undefined),
      readText: (file) =>
        later(() => {
          const inode = disk.find(file);
          if (inode === undefined) throw nodeError('ENOENT');
          return inode.seen.toString();
        }),
      modifiedAt: () => later(() => undefined),
      rename: (from, to) => later(() => disk.rename(from, to)),
      list: (folder) => later(() => disk.list().map((path) => path.slice(folder.length + 1))),
      remove: (file) => later(() => disk.remove(file)),
      syncFolder: () => later(() => disk.syncEntries()),
      makeFolder: () => later(() => undefined),
    };
  }

  #clockOf(life: Life): Clock {
    return {
      now: () => this.now,
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          if (signal?.aborted === true) {
            reject(signal.reason as Error);
            return;
          }
          const onAbort = (): void => reject(signal!.reason as Error);
          signal?.addEventListener('abort', onAbort, { once: true });
          this.#plan(life, ms, () => {
            signal?.removeEventListener('abort', onAbort);
            resolve();
          });
        }),
    };
  }

  #running(host: string, pid: number): Life | undefined {
    return this.lives.find((life) => life.isAlive && life.host === host && life.pid === pid);
  }

  #plan(life: Life, delayMs: number, happen: () => void): void {
    if (life.isAlive) this.#events.push({ at: this.now + delayMs, life, happen });
  }
}

/** Every process has run until it waits for the world. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
