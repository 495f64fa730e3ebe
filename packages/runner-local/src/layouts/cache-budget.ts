/** Keeps keys and values. */
export interface CacheHolder {
  readonly heldBytes: number;
}

/** Bytes of keys and values that one worker may hold, shared by those who keep some. */
export class CacheBudget {
  readonly #bytes: number;
  readonly #holders = new Set<CacheHolder>();

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** Counts what it holds from now on. */
  join(holder: CacheHolder): void {
    this.#holders.add(holder);
  }

  /** Bytes that one of the holders may take beside the others. */
  roomFor(holder: CacheHolder): number {
    let others = 0;
    for (const each of this.#holders) if (each !== holder) others += each.heldBytes;
    return Math.max(0, this.#bytes - others);
  }
}
