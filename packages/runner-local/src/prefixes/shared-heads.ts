import { hash } from 'node:crypto';
import type { Job, JobResult, PrefixSize, PrefixUse, ReadJob } from '../worker/messages.ts';
import { commonPrefixLength } from './common-prefix-length.ts';
import { findHeads, headRule, mostShared, type WaitingSequence } from './find-heads.ts';
import { PrefixStore } from './prefix-store.ts';

/** What sharing has brought so far. */
export interface HeadCounts {
  /** Beginnings read for those that share them. */
  heads: number;
  /** Tokens of them that were read. */
  headTokens: number;
  /** Beginnings that were not held at some time, for want of memory or since reading them failed. */
  unheld: number;
}

export interface SharedHeadsOptions {
  /** Numbers a job. */
  readonly nextId: () => number;
  /** A beginning was not kept; told once. */
  readonly onUnheld: () => void;
}

/**
 * Decides which beginnings of the sequences of a run are read once for all that begin with them. Those that wait for one stand
 * back until it is held.
 */
export class SharedHeads {
  readonly counts: HeadCounts = { heads: 0, headTokens: 0, unheld: 0 };
  readonly #store: PrefixStore;
  readonly #options: SharedHeadsOptions;
  readonly #underWay = new Map<number, ReadJob>();
  /** Beginnings that could not be read: they are not tried again. */
  readonly #failed: Int32Array[] = [];
  readonly #unheld = new Set<string>();

  constructor(limitBytes: number, size: PrefixSize, options: SharedHeadsOptions) {
    this.#store = new PrefixStore(limitBytes, size);
    this.#options = options;
  }

  get store(): PrefixStore {
    return this.#store;
  }

  /**
   * What to read for jobs of one kind that wait.
   * @param gone told the prefixes that have to make room
   */
  plan(waiting: readonly Job[], gone: (ids: readonly number[]) => void): ReadJob[] {
    const reads: ReadJob[] = [];
    for (const group of this.#groups(waiting)) {
      for (const tokens of findHeads(group)) {
        const read = this.#read(tokens, gone);
        if (read !== undefined) reads.push(read);
      }
    }
    return reads;
  }

  /** Whether a job gains by waiting for what is being read. */
  waits(job: Job): boolean {
    if (this.#underWay.size === 0 || mostShared(job) === 0) return false;
    const held = this.find(job)?.length ?? 0;
    const within = job.tokens.subarray(0, mostShared(job));
    for (const { tokens } of this.#underWay.values()) {
      if (commonPrefixLength(within, tokens) - held >= headRule(job).shortest) return true;
    }
    return false;
  }

  /** What of a job is held. */
  find(job: Job): PrefixUse | undefined {
    const use = this.#store.find(job.tokens, mostShared(job));
    return use === undefined || use.length < headRule(job).shortest ? undefined : use;
  }

  /** A head was read, or could not be. */
  settle(result: JobResult): void {
    const job = this.#underWay.get(result.id);
    if (job === undefined) return;
    this.#underWay.delete(result.id);
    if (result.kind === 'read') {
      this.#store.fill(result.id, result.arrays);
      this.counts.heads++;
      this.counts.headTokens += job.tokens.length - (job.prefix?.length ?? 0);
      return;
    }
    this.#store.drop(result.id);
    this.#failed.push(job.tokens);
    this.#countUnheld(job.tokens);
  }

  #read(tokens: Int32Array, gone: (ids: readonly number[]) => void): ReadJob | undefined {
    if (this.#failed.some((each) => commonPrefixLength(each, tokens) === each.length)) return undefined;
    const prefix = this.#store.find(tokens, tokens.length - 1);
    const id = this.#options.nextId();
    const evicted = this.#store.reserve(id, tokens, prefix);
    if (evicted === undefined) {
      this.#countUnheld(tokens);
      return undefined;
    }
    if (evicted.length > 0) gone(evicted);
    const job: ReadJob = { kind: 'read', id, tokens, prefix };
    this.#underWay.set(id, job);
    return job;
  }

  /** Each once, however often it is looked for. */
  #countUnheld(tokens: Int32Array): void {
    if (this.#unheld.size === 0) this.#options.onUnheld();
    this.#unheld.add(hash('sha256', tokens, 'base64'));
    this.counts.unheld = this.#unheld.size;
  }

  /** Jobs with the same held beginning: others share no more than that. */
  #groups(waiting: readonly Job[]): Iterable<WaitingSequence[]> {
    const groups = new Map<string, WaitingSequence[]>();
    for (const job of waiting) {
      if (this.waits(job)) continue;
      const use = this.find(job);
      const key = use === undefined ? '' : `${use.id} ${use.length}`;
      const sequence = { job, held: use?.length ?? 0 };
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [sequence]);
      else group.push(sequence);
    }
    return groups.values();
  }
}
