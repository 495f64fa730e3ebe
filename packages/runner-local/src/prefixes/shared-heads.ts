import { hash } from 'node:crypto';
import type { Job, JobResult, PrefixSize, PrefixUse, ReadJob } from '../worker/messages.ts';
import { commonPrefixLength } from './common-prefix-length.ts';
import { findHeads, headRule, mostShared, type WaitingSequence } from './find-heads.ts';
import { type DiskTrouble, type KeptPrefix, PrefixDisk } from './prefix-disk.ts';
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
  /** A beginning was not kept, told once; or the disk has trouble. */
  readonly onUnheld: (trouble?: DiskTrouble) => void;
  /** Where beginnings go that memory has no more room for. @default nowhere */
  readonly disk?: PrefixDiskPlace | undefined;
}

export interface PrefixDiskPlace {
  readonly limitBytes: number;
  readonly folder: string;
}

/** Tokens from which on it pays to read them from the disk, or for all that begin with them. */
const WORTH_READING = 12;

/** Told the prefixes that have to make room. */
type OnGone = (ids: readonly number[]) => void;

/**
 * Decides which beginnings of the sequences of a run are read once for all that begin with them. Those that wait for one stand
 * back until it is held.
 */
export class SharedHeads {
  readonly counts: HeadCounts = { heads: 0, headTokens: 0, unheld: 0 };
  readonly #store: PrefixStore;
  readonly #disk: PrefixDisk | undefined;
  readonly #options: SharedHeadsOptions;
  readonly #underWay = new Map<number, ReadJob>();
  /** Beginnings that could not be read: they are not tried again. */
  readonly #failed: Int32Array[] = [];
  readonly #unheld = new Set<string>();

  constructor(limitBytes: number, size: PrefixSize, options: SharedHeadsOptions) {
    const { disk, onUnheld } = options;
    if (disk !== undefined && disk.limitBytes > 0)
      this.#disk = new PrefixDisk({ ...disk, onlyWhole: size.stateBytes > 0, onTrouble: onUnheld });
    this.#store = new PrefixStore(limitBytes, size, (prefix, arrays) => this.#disk?.put(prefix, arrays));
    this.#options = options;
  }

  get store(): PrefixStore {
    return this.#store;
  }

  close(): void {
    this.#disk?.close();
  }

  /** What to read for jobs of one kind that wait. */
  plan(waiting: readonly Job[], gone: OnGone): ReadJob[] {
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

  /** What of a job is held, with what of it the disk has. */
  bringBack(job: Job, gone: OnGone): PrefixUse | undefined {
    this.#fromDisk(job.tokens, mostShared(job), headRule(job).shortest, gone);
    return this.find(job);
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

  #read(tokens: Int32Array, gone: OnGone): ReadJob | undefined {
    if (this.#failed.some((each) => commonPrefixLength(each, tokens) === each.length)) return undefined;
    const came = this.#fromDisk(tokens, tokens.length, WORTH_READING, gone);
    const prefix = this.#store.find(tokens, tokens.length - 1);
    // The disk had all of it, or nearly.
    if (came && tokens.length - (prefix?.length ?? 0) < WORTH_READING) return undefined;
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

  /**
   * Brings back what the disk has of a sequence beyond what memory holds.
   * @param limit most tokens of the sequence
   * @param shortest fewest tokens that are worth it
   * @returns whether anything came
   */
  #fromDisk(tokens: Int32Array, limit: number, shortest: number, gone: OnGone): boolean {
    let came = false;
    while (this.#disk !== undefined && limit > 0) {
      const held = this.#store.find(tokens, limit)?.length ?? 0;
      const kept = this.#disk.find(tokens, limit, held);
      if (kept === undefined || kept.length - held < shortest || !this.#hold(kept, this.#disk, gone)) break;
      came = true;
    }
    return came;
  }

  #hold(kept: KeptPrefix, disk: PrefixDisk, gone: OnGone): boolean {
    const parent = kept.start === 0 ? undefined : this.#store.find(kept.tokens, kept.start);
    if ((parent?.length ?? 0) !== kept.start) return false;
    // Before room is made for it: what goes then may be written where it is.
    const arrays = disk.read(kept);
    if (arrays === undefined) return false;
    const id = this.#options.nextId();
    const evicted = this.#store.reserve(id, kept.tokens, parent);
    if (evicted === undefined) return false;
    if (evicted.length > 0) gone(evicted);
    this.#store.fill(id, arrays);
    return true;
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
