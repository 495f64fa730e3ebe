import type { Job, JobResult, NewToken, PrefixUse } from './messages.ts';

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
  /** What of it is held, and kept for it from when a worker first had it. */
  prefix?: PrefixUse | undefined;
}

type MayGo = (job: Job) => boolean;

/**
 * Jobs that no worker has yet: beginnings to read, prompts, and texts to score, each in order of arrival; and suspects, whose
 * worker died. One of the suspects is to blame or none, so each is tried again by itself.
 */
export class JobQueue {
  readonly #suspects: PendingJob[] = [];
  readonly #reads: PendingJob[] = [];
  readonly #prompts: PendingJob[] = [];
  readonly #texts: PendingJob[] = [];

  get size(): number {
    return this.#suspects.length + this.#reads.length + this.#prompts.length + this.#texts.length;
  }

  get suspects(): number {
    return this.#suspects.length;
  }

  get texts(): readonly PendingJob[] {
    return this.#texts;
  }

  get prompts(): readonly PendingJob[] {
    return this.#prompts;
  }

  add(pending: PendingJob): void {
    this.#listOf(pending.job).push(pending);
  }

  #listOf({ kind }: Job): PendingJob[] {
    if (kind === 'read') return this.#reads;
    return kind === 'generate' ? this.#prompts : this.#texts;
  }

  addSuspect(pending: PendingJob): void {
    pending.brought = 0;
    this.#suspects.push(pending);
  }

  takeSuspect(): PendingJob | undefined {
    return this.#suspects.shift();
  }

  takeRead(): PendingJob | undefined {
    return this.#reads.shift();
  }

  /** The oldest prompt that may go. */
  takePrompt(mayGo: MayGo): PendingJob | undefined {
    const at = this.#prompts.findIndex(({ job }) => mayGo(job));
    return at < 0 ? undefined : this.#prompts.splice(at, 1)[0];
  }

  /**
   * Of the texts that may go the oldest and its neighbours in the order of tokens, so that shared prefixes stay together.
   * @param share most of them, of so many
   */
  takeTexts(mayGo: MayGo, share: (texts: number) => number): PendingJob[] {
    const free = this.#texts.filter(({ job }) => mayGo(job));
    const oldest = free[0];
    if (oldest === undefined) return [];
    const count = share(free.length);
    const sorted = free.sort((a, b) => compareJobs(a.job, b.job));
    const start = Math.max(0, Math.min(sorted.indexOf(oldest), sorted.length - count));
    const taken = new Set(sorted.slice(start, start + count));
    this.#texts.splice(0, this.#texts.length, ...this.#texts.filter((pending) => !taken.has(pending)));
    return [...taken];
  }

  remove(id: number): void {
    for (const list of [this.#suspects, this.#reads, this.#prompts, this.#texts]) {
      const index = list.findIndex(({ job }) => job.id === id);
      if (index >= 0) list.splice(index, 1);
    }
  }

  /** Takes all that is left. */
  drain(): PendingJob[] {
    return [this.#suspects, this.#reads, this.#prompts, this.#texts].flatMap((list) => list.splice(0));
  }
}

/** Tokens that a model reads for a job by itself. */
export function promptTokens({ kind, tokens, source }: Job): number {
  return tokens.length + (source?.length ?? 0) - (kind === 'score' ? 1 : 0);
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
