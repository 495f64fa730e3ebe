import type { Job, JobResult, NewToken } from './messages.ts';

/** A job that has no result yet. */
export interface PendingJob {
  readonly job: Job;
  readonly resolve: (result: JobResult) => void;
  readonly onToken: ((token: NewToken) => void) | undefined;
  /** Workers that died while they had it. */
  deaths: number;
  /** Tokens told to `onToken`, over all attempts. */
  told: number;
  /** Tokens that the present attempt has brought. */
  brought: number;
}

/**
 * Jobs that no worker has yet: prompts and texts to score, each in order of arrival, and suspects, whose worker died. One
 * of the suspects is to blame or none, so each is tried again by itself.
 */
export class JobQueue {
  readonly #suspects: PendingJob[] = [];
  readonly #prompts: PendingJob[] = [];
  readonly #texts: PendingJob[] = [];

  get suspects(): number {
    return this.#suspects.length;
  }

  get texts(): number {
    return this.#texts.length;
  }

  add(pending: PendingJob): void {
    (pending.job.kind === 'generate' ? this.#prompts : this.#texts).push(pending);
  }

  addSuspect(pending: PendingJob): void {
    pending.brought = 0;
    this.#suspects.push(pending);
  }

  takeSuspect(): PendingJob | undefined {
    return this.#suspects.shift();
  }

  takePrompt(): PendingJob | undefined {
    return this.#prompts.shift();
  }

  /** The oldest text and its neighbours in the order of tokens, so that shared prefixes stay together. */
  takeTexts(count: number): PendingJob[] {
    const oldest = this.#texts[0];
    if (oldest === undefined) return [];
    const sorted = [...this.#texts].sort((a, b) => compareJobs(a.job, b.job));
    const start = Math.max(0, Math.min(sorted.indexOf(oldest), sorted.length - count));
    const taken = new Set(sorted.slice(start, start + count));
    this.#texts.splice(0, this.#texts.length, ...this.#texts.filter((pending) => !taken.has(pending)));
    return [...taken];
  }

  remove(id: number): void {
    for (const list of [this.#suspects, this.#prompts, this.#texts]) {
      const index = list.findIndex(({ job }) => job.id === id);
      if (index >= 0) list.splice(index, 1);
    }
  }

  /** Takes all that is left. */
  drain(): PendingJob[] {
    return [this.#suspects, this.#prompts, this.#texts].flatMap((list) => list.splice(0));
  }
}

function compareJobs(a: Job, b: Job): number {
  const bySource = a.source === undefined || b.source === undefined ? 0 : compare(a.source, b.source);
  return bySource || compare(a.tokens, b.tokens);
}

function compare(a: Int32Array, b: Int32Array): number {
  const limit = Math.min(a.length, b.length);
  for (let i = 0; i < limit; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
