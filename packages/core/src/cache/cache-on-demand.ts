import type { AnswerCache } from './answer-cache.ts';

/** Opens the cache when it is first looked into: a run that asks no model and no helper loads no store. */
export class CacheOnDemand {
  readonly #open: () => Promise<AnswerCache | undefined>;
  #opening: Promise<AnswerCache | undefined> | undefined;

  /** @param open gives undefined where the store cannot be opened */
  constructor(open: () => Promise<AnswerCache | undefined>) {
    this.#open = open;
  }

  get(): Promise<AnswerCache | undefined> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /** @param maxBytes the oldest answers above it go first */
  async close(maxBytes: number | undefined): Promise<void> {
    const cache = await this.#opening;
    if (maxBytes !== undefined) await cache?.prune({ maxBytes });
    await cache?.close();
  }
}
