/** Numbers in [0, 1) by a seed (mulberry32). */
export function randomBy(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Change = { readonly at: number; readonly data: Buffer } | { readonly cut: number };

/** A file: what readers see, what would survive a power cut, and the changes between the two. */
class Inode {
  seen: Buffer = Buffer.alloc(0);
  durable: Buffer = Buffer.alloc(0);
  readonly unsynced: Change[] = [];

  change(change: Change): void {
    this.seen = applied(this.seen, change);
    this.unsynced.push(change);
  }

  sync(): void {
    this.durable = this.seen;
    this.unsynced.length = 0;
  }

  /** Of the changes that nobody synced, each is on disk, torn or lost, whatever became of those before it. */
  losePower(random: () => number): void {
    for (const change of this.unsynced) {
      const fate = random();
      if (fate < 0.4) continue;
      const isTorn = fate < 0.6 && 'data' in change;
      const kept = isTorn ? change.data.subarray(0, Math.floor(random() * change.data.length)) : undefined;
      this.durable = applied(this.durable, isTorn ? { at: change.at, data: kept! } : change);
    }
    this.seen = this.durable;
    this.unsynced.length = 0;
  }
}

function applied(before: Buffer, change: Change): Buffer {
  if ('cut' in change) return Buffer.concat([before.subarray(0, change.cut)], change.cut);
  const after = Buffer.alloc(Math.max(before.length, change.at + change.data.length));
  before.copy(after);
  change.data.copy(after, change.at);
  return after;
}

type Entries = Map<string, Inode>;

/** One folder of files. Its entries reach the disk in order, at the latest with `syncEntries`. */
export class SimulatedDisk {
  #seen: Entries = new Map();
  #durable: Entries = new Map();
  #unsynced: ((entries: Entries) => void)[] = [];

  find(name: string): Inode | undefined {
    return this.#seen.get(name);
  }

  make(name: string): Inode {
    const inode = new Inode();
    this.#change((entries) => entries.set(name, inode));
    return inode;
  }

  rename(from: string, to: string): void {
    const inode = this.#existing(from);
    this.#change((entries) => {
      entries.delete(from);
      entries.set(to, inode);
    });
  }

  /** Paths of all files. */
  list(): string[] {
    return [...this.#seen.keys()];
  }

  remove(name: string): void {
    this.#change((entries) => entries.delete(name));
  }

  syncEntries(): void {
    this.#durable = new Map(this.#seen);
    this.#unsynced = [];
  }

  losePower(random: () => number): void {
    const kept = Math.floor(random() * (this.#unsynced.length + 1));
    for (const change of this.#unsynced.slice(0, kept)) change(this.#durable);
    this.#seen = new Map(this.#durable);
    this.#unsynced = [];
    for (const inode of new Set(this.#seen.values())) inode.losePower(random);
  }

  #existing(name: string): Inode {
    const inode = this.#seen.get(name);
    if (inode === undefined) throw nodeError('ENOENT');
    return inode;
  }

  #change(change: (entries: Entries) => void): void {
    change(this.#seen);
    this.#unsynced.push(change);
  }
}

export function nodeError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}
