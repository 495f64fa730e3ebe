import type { CacheArray } from '../layouts/cache-array.ts';
import type { HeldPrefix, PrefixSize, PrefixUse } from '../worker/messages.ts';
import { commonPrefixLength } from './common-prefix-length.ts';

/** Where keys and values go that had to make room. */
export type OnGone = (
  prefix: { readonly tokens: Int32Array; readonly start: number },
  arrays: readonly CacheArray[],
) => void;

interface Entry {
  readonly id: number;
  /** From the first token of a sequence on; positions below `start` are the parent's. */
  readonly tokens: Int32Array;
  readonly start: number;
  readonly parent: Entry | undefined;
  readonly bytes: number;
  /** undefined while they are being computed. */
  arrays: readonly CacheArray[] | undefined;
  /** Jobs under way, and entries, that build on it. */
  users: number;
  usedAt: number;
}

/**
 * Keys and values of beginnings that many sequences share: a tree of runs of tokens, within a budget. Where that is full the
 * run goes that was not used for longest; one that is in use stays.
 */
export class PrefixStore {
  readonly #limitBytes: number;
  readonly #size: PrefixSize;
  readonly #onGone: OnGone | undefined;
  readonly #entries = new Map<number, Entry>();
  #bytes = 0;
  #clock = 0;

  constructor(limitBytes: number, size: PrefixSize, onGone?: OnGone) {
    this.#limitBytes = limitBytes;
    this.#size = size;
    this.#onGone = onGone;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * The longest beginning of a sequence that is held.
   * @param limit most tokens of it
   */
  find(tokens: Int32Array, limit: number): PrefixUse | undefined {
    let best: Entry | undefined;
    let longest = 0;
    const within = tokens.subarray(0, limit);
    for (const entry of this.#entries.values()) {
      if (entry.arrays === undefined) continue;
      const common = commonPrefixLength(within, entry.tokens);
      // A state stands for all tokens at once.
      const length = this.#size.stateBytes > 0 && common < entry.tokens.length ? 0 : common;
      if (length > longest) [best, longest] = [entry, length];
    }
    while (best?.parent !== undefined && longest <= best.start) best = best.parent;
    return best === undefined ? undefined : { id: best.id, length: longest };
  }

  /**
   * Makes room for a prefix that will be read.
   * @param parent what of it is held
   * @returns the ids that had to go; undefined where there is no room
   */
  reserve(id: number, tokens: Int32Array, parent: PrefixUse | undefined): number[] | undefined {
    const start = parent?.length ?? 0;
    const bytes = (tokens.length - start) * this.#size.bytesPerToken + this.#size.stateBytes;
    const above = parent === undefined ? undefined : this.#entries.get(parent.id)!;
    if (above !== undefined) this.#use(above);
    const gone = this.#makeRoom(bytes);
    if (gone === undefined) {
      if (above !== undefined) above.users--;
      return undefined;
    }
    this.#entries.set(id, {
      id,
      tokens,
      start,
      parent: above,
      bytes,
      arrays: undefined,
      users: 0,
      usedAt: this.#clock,
    });
    this.#bytes += bytes;
    return gone;
  }

  /** The prefix is read: sequences may begin with it. */
  fill(id: number, arrays: readonly CacheArray[]): void {
    this.#entries.get(id)!.arrays = arrays;
  }

  /** The prefix will not come. */
  drop(id: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    this.#bytes -= entry.bytes;
    if (entry.parent !== undefined) entry.parent.users--;
  }

  /** Keeps a prefix until it is let go as often. */
  acquire({ id }: PrefixUse): void {
    this.#use(this.#entries.get(id)!);
  }

  release({ id }: PrefixUse): void {
    this.#entries.get(id)!.users--;
  }

  /** What is needed to restore a prefix, outermost first. */
  chain(id: number): HeldPrefix[] {
    const chain: HeldPrefix[] = [];
    for (let entry = this.#entries.get(id); entry !== undefined; entry = entry.parent) {
      const { start, tokens, arrays, parent } = entry;
      const above = parent === undefined ? undefined : { id: parent.id, length: start };
      chain.push({ id: entry.id, start, end: tokens.length, parent: above, arrays: arrays! });
    }
    return chain.reverse();
  }

  #use(entry: Entry): void {
    entry.users++;
    this.#clock++;
    for (let each: Entry | undefined = entry; each !== undefined; each = each.parent) each.usedAt = this.#clock;
  }

  #makeRoom(bytes: number): number[] | undefined {
    const gone: Entry[] = [];
    const idle = [...this.#entries.values()].filter(({ users }) => users === 0).sort((a, b) => a.usedAt - b.usedAt);
    let free = this.#limitBytes - this.#bytes;
    for (const entry of idle) {
      if (free >= bytes) break;
      if (entry.arrays === undefined) continue;
      gone.push(entry);
      free += entry.bytes;
    }
    if (free < bytes) return undefined;
    for (const entry of gone) {
      this.drop(entry.id);
      this.#onGone?.(entry, entry.arrays!);
    }
    return gone.map(({ id }) => id);
  }
}
