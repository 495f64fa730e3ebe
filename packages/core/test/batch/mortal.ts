import type { Clock } from '../../src/storage/clock.ts';
import { nodeStorage } from '../../src/storage/node-storage.ts';
import type { Storage, StoredFile } from '../../src/storage/storage.ts';
import { nodeError } from '../simulation/simulated-disk.ts';

/** When the network loses a request: before or after its effect; or the server is too busy for it. */
export type Lost = 'before' | 'after' | 'busy';

/** What a process that is killed does from then on: nothing. */
export class Killed extends Error {}

/** Files as a machine keeps them: of what nobody synced, a power cut leaves some bytes. */
export class Disk {
  readonly files = new Map<string, { bytes: Buffer; synced: number }>();

  losePower(random: () => number): void {
    for (const file of this.files.values()) {
      const kept = file.synced + Math.floor(random() * (file.bytes.length - file.synced + 1));
      file.bytes = file.bytes.subarray(0, kept);
      file.synced = kept;
    }
  }
}

/** A process that dies at one of its steps: each byte that it writes, each request before and after it had its effect. */
export class Mortal {
  steps = 0;
  readonly #diesAt: number;
  readonly #random: () => number;

  constructor(diesAt: number, random: () => number) {
    this.#diesAt = diesAt;
    this.#random = random;
  }

  get isDead(): boolean {
    return this.steps >= this.#diesAt;
  }

  /** @throws Killed at the last step and ever after */
  step(): void {
    this.steps += 1;
    if (this.isDead) throw new Killed('killed');
  }

  storage(disk: Disk, clock: Clock): Storage {
    return {
      ...nodeStorage,
      clock,
      open: async (name) => {
        this.step();
        const file = disk.files.get(name) ?? { bytes: Buffer.alloc(0), synced: 0 };
        disk.files.set(name, file);
        const opened: StoredFile = {
          append: async (data) => {
            if (this.isDead) throw new Killed('killed');
            this.steps += 1;
            const given = Buffer.from(data);
            // Killed while it writes: at any byte.
            const kept = this.isDead ? given.subarray(0, Math.floor(this.#random() * (given.length + 1))) : given;
            file.bytes = Buffer.concat([file.bytes, kept]);
            if (this.isDead) throw new Killed('killed');
          },
          truncate: () => Promise.reject(new Error('nothing is cut')),
          sync: async () => {
            this.step();
            file.synced = file.bytes.length;
          },
          read: () => Promise.reject(new Error('nothing is read in parts')),
          close: async () => {},
        };
        return opened;
      },
      readText: async (name) => {
        this.step();
        const file = disk.files.get(name);
        if (file === undefined) throw nodeError('ENOENT');
        return file.bytes.toString();
      },
      syncFolder: async () => this.step(),
    };
  }

  /**
   * Requests of this process. One that it dies before has no effect; one that it dies after has its effect, and nobody knows.
   * @param lose whether the network loses a request before or after its effect, though the process lives
   */
  fetch(handle: (request: Request) => Promise<Response>, lose: () => Lost | undefined): typeof globalThis.fetch {
    return async (url, init) => {
      this.step();
      const { redirect: _, ...given } = init ?? {};
      const lost = lose();
      if (lost === 'before') throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } });
      if (lost === 'busy') return new Response('{"error":{"message":"overloaded"}}', { status: 529 });
      const response = await handle(new Request(url as string, given));
      this.step();
      if (lost === 'after') throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } });
      return response;
    };
  }
}
