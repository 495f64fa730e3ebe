import { isMainThread } from 'node:worker_threads';
import type { CacheArray } from '../layouts/cache-array.ts';
import type { CacheBudget, CacheHolder } from '../layouts/cache-budget.ts';
import type { CausalModel } from '../layouts/causal-model.ts';
import type { KvCache } from '../layouts/kv-cache.ts';
import type { JobResult, ReadJob } from '../worker/messages.ts';
import type { HeldPrefixes } from './held-prefixes.ts';
import { PREFILL_CHUNK } from './prefill-chunk.ts';

/** What one pass brought. */
interface ReadPass {
  readonly results: JobResult[];
  readonly promptTokens: number;
}

/** Reads beginnings that many sequences share, one after the other, and holds their keys and values. */
export class PrefixReader implements CacheHolder {
  readonly #model: CausalModel;
  readonly #cache: KvCache;
  readonly #prefixes: HeldPrefixes;
  readonly #waiting: ReadJob[] = [];
  /** Tokens of the first that waits which its slot holds. */
  #length = 0;

  constructor(model: CausalModel, budget: CacheBudget, prefixes: HeldPrefixes) {
    this.#model = model;
    this.#cache = model.createCache();
    this.#prefixes = prefixes;
    budget.join(this);
  }

  get heldBytes(): number {
    return this.#cache.bytes;
  }

  get busy(): boolean {
    return this.#waiting.length > 0;
  }

  add(job: ReadJob): void {
    this.#waiting.push(job);
  }

  /** Drops everything, for when the model failed; returns the ids of the jobs that were under way. */
  abandon(): number[] {
    const ids = this.#waiting.splice(0).map(({ id }) => id);
    this.#rest();
    return ids;
  }

  /** The next chunk of the prefix that is being read. */
  async pass(): Promise<ReadPass> {
    const job = this.#waiting[0]!;
    const { tokens, prefix } = job;
    if (this.#length === 0) this.#begin(job);
    const chunk = tokens.subarray(this.#length, this.#length + PREFILL_CHUNK);
    const row = { past: 0, pastLength: this.#length, tokens: chunk, store: 0 };
    await this.#model.step(this.#cache, [row], [{ row: 0, position: chunk.length - 1, target: 0 }], 1);
    this.#length += chunk.length;
    if (this.#length < tokens.length) return { results: [], promptTokens: chunk.length };
    const start = prefix?.length ?? 0;
    const arrays = shareable(this.#cache.snapshot(0, tokens.length - start, start));
    this.#prefixes.hold({ id: job.id, start, end: tokens.length, parent: prefix, arrays });
    this.#waiting.shift();
    this.#rest();
    return { results: [{ id: job.id, kind: 'read', arrays }], promptTokens: chunk.length };
  }

  #begin({ tokens, prefix }: ReadJob): void {
    this.#cache.reserve(1, tokens.length);
    if (prefix === undefined) return;
    this.#prefixes.restore(this.#cache, 0, prefix);
    this.#length = prefix.length;
  }

  #rest(): void {
    this.#length = 0;
    this.#cache.clear();
  }
}

/** Threads read one copy; a process is sent one of its own. */
function shareable(arrays: readonly CacheArray[]): CacheArray[] {
  if (isMainThread) return [...arrays];
  const block = new SharedArrayBuffer(arrays.reduce((bytes, array) => bytes + aligned(array.byteLength), 0));
  let start = 0;
  return arrays.map((array) => {
    const shared = Reflect.construct(array.constructor, [block, start, array.length]) as CacheArray;
    shared.set(array);
    start += aligned(array.byteLength);
    return shared;
  });
}

/** A number of bytes behind which an array of any element may begin. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
