import type { KvCache } from '../layouts/kv-cache.ts';
import type { HeldPrefix, PrefixUse } from '../worker/messages.ts';

/** The prefixes that a worker was handed, or has read: a sequence that begins with one goes on from there. */
export class HeldPrefixes {
  readonly #byId = new Map<number, HeldPrefix>();

  hold(prefix: HeldPrefix): void {
    this.#byId.set(prefix.id, prefix);
  }

  forget(ids: readonly number[]): void {
    for (const id of ids) this.#byId.delete(id);
  }

  /** Writes keys and values of a beginning to a slot, whose columns must be there. */
  restore(cache: KvCache, slot: number, { id, length }: PrefixUse): void {
    const held = this.#byId.get(id);
    if (held === undefined) throw new RangeError(`prefix ${id} is not held`);
    if (held.parent !== undefined) this.restore(cache, slot, held.parent);
    cache.restore(held.arrays, held.end - held.start, slot, length - held.start, held.start);
  }
}
