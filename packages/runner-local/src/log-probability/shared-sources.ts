import { Source } from '../layouts/source.ts';
import type { ScoreJob } from '../worker/messages.ts';

/** What sequences of an encoder-decoder answer: equal sources are one, so that each is encoded once. */
export class SharedSources {
  readonly #byJob = new Map<number, string>();
  readonly #sources = new Map<string, { readonly source: Source; uses: number }>();

  add(job: ScoreJob): void {
    if (job.source === undefined) return;
    const key = job.source.join();
    const shared = this.#sources.get(key) ?? { source: new Source(job.source), uses: 0 };
    shared.uses++;
    this.#sources.set(key, shared);
    this.#byJob.set(job.id, key);
  }

  of({ id }: ScoreJob): Source | undefined {
    const key = this.#byJob.get(id);
    return key === undefined ? undefined : this.#sources.get(key)?.source;
  }

  /** With the last sequence that needs it, a source goes. */
  release(id: number): void {
    const key = this.#byJob.get(id);
    if (key === undefined) return;
    this.#byJob.delete(id);
    const shared = this.#sources.get(key)!;
    if (--shared.uses === 0) this.#sources.delete(key);
  }
}
