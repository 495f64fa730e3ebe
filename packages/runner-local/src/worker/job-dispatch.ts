import type { DiskTrouble } from '../prefixes/prefix-disk.ts';
import { type HeadCounts, type PrefixDiskPlace, SharedHeads } from '../prefixes/shared-heads.ts';
import type { JobQueue, PendingJob } from './job-queue.ts';
import type { Job, PrefixSize } from './messages.ts';
import type { PoolMember } from './pool-member.ts';

export interface DispatchOptions {
  readonly workers: number;
  /** Prompts that one worker has at most. */
  readonly room: number;
  /** What it takes at once while others still open the model, although they could share it. */
  readonly roomAlone: number;
  /** Bytes of beginnings that sequences share, beside what sequences take. @default 0 */
  readonly prefixBytes?: number | undefined;
  /** Where those go that have no more room in memory. @default nowhere */
  readonly prefixDisk?: PrefixDiskPlace | undefined;
  /** A beginning was not kept, told once; or the disk for them has trouble. */
  readonly onUnheld: (trouble?: DiskTrouble) => void;
  /** Numbers a job. */
  readonly nextId: () => number;
}

/** Texts handed to a worker together: enough to find shared prefixes, few enough to keep the workers even. */
const SCORE_BATCH = 128;

/** Gives jobs that wait to workers with room; what they have in common at their beginning is read first, once for all. */
export class JobDispatch {
  readonly #queue: JobQueue;
  readonly #members: readonly PoolMember[];
  readonly #options: DispatchOptions;
  #heads: SharedHeads | undefined;

  constructor(queue: JobQueue, members: readonly PoolMember[], options: DispatchOptions) {
    this.#queue = queue;
    this.#members = members;
    this.#options = options;
  }

  /** What sharing has brought so far. */
  get counts(): HeadCounts {
    return this.#heads?.counts ?? { heads: 0, headTokens: 0, unheld: 0 };
  }

  /** The model may share beginnings, each of that size. */
  share(size: PrefixSize): void {
    const { prefixBytes = 0, prefixDisk: disk, nextId, onUnheld } = this.#options;
    if (prefixBytes > 0) this.#heads ??= new SharedHeads(prefixBytes, size, { nextId, onUnheld, disk });
  }

  /** Prompts and texts go side by side: a worker that scores takes prompts too. */
  flush(): void {
    for (const member of this.#members) {
      const suspect = member.isIdle ? this.#queue.takeSuspect() : undefined;
      if (suspect !== undefined) this.#assign(member, [suspect]);
    }
    const members = this.#trusting();
    if (members.length === 0) return;
    this.#planHeads();
    this.#giveReads(members);
    this.#givePrompts(members);
    for (const member of members) {
      if (member.count('score') > 0) continue;
      const share = (texts: number) => Math.min(SCORE_BATCH, Math.ceil(texts / this.#options.workers));
      const picked = this.#queue.takeTexts(this.#mayGo, share);
      if (picked.length > 0) this.#assign(member, picked);
    }
  }

  /** A job is done with what is held of it. */
  release(pending: PendingJob): void {
    // A beginning keeps what it goes on from for as long as it is held itself.
    if (pending.job.kind === 'read') return;
    if (pending.prefix !== undefined) this.#heads?.store.release(pending.prefix);
    pending.prefix = undefined;
  }

  /** What is held goes. */
  close(): void {
    this.#heads?.close();
  }

  readonly #gone = (ids: readonly number[]): void => {
    for (const member of this.#members) member.forget(ids);
  };

  readonly #mayGo = (job: Job): boolean => this.#heads?.waits(job) !== true;

  #planHeads(): void {
    const heads = this.#heads;
    if (heads === undefined) return;
    for (const waiting of [this.#queue.prompts, this.#queue.texts]) {
      const reads = heads.plan(
        waiting.map(({ job }) => job),
        this.#gone,
      );
      for (const job of reads) {
        const resolve: PendingJob['resolve'] = (result) => heads.settle(result);
        this.#queue.add({ job, resolve, onToken: undefined, deaths: 0, told: 0, brought: 0, prefix: job.prefix });
      }
    }
  }

  #assign(member: PoolMember, jobs: readonly PendingJob[]): void {
    const heads = this.#heads;
    for (const pending of jobs) {
      if (pending.job.kind === 'read' || pending.prefix !== undefined) continue;
      pending.prefix = heads?.bringBack(pending.job, this.#gone);
      if (pending.prefix !== undefined) heads?.store.acquire(pending.prefix);
    }
    member.assign(jobs, (prefix) => heads?.store.chain(prefix) ?? []);
  }

  #giveReads(members: readonly PoolMember[]): void {
    for (;;) {
      const read = this.#queue.takeRead();
      if (read === undefined) return;
      this.#assign(
        leastOf(members, (member) => member.assigned.size),
        [read],
      );
    }
  }

  #givePrompts(members: readonly PoolMember[]): void {
    const room = this.#roomNow();
    const loads = members.map((member) => ({ member, load: member.count('generate'), jobs: [] as PendingJob[] }));
    for (;;) {
      const least = leastOf(loads, ({ load }) => load);
      if (least.load >= room) break;
      const prompt = this.#queue.takePrompt(this.#mayGo);
      if (prompt === undefined) break;
      least.jobs.push(prompt);
      least.load++;
    }
    for (const { member, jobs } of loads) if (jobs.length > 0) this.#assign(member, jobs);
  }

  /** While a worker opens the model, its share of the prompts is kept for it. */
  #roomNow(): number {
    const { room, roomAlone } = this.#options;
    if (this.#members.every(({ ready }) => ready)) return room;
    const prompts = this.#members.reduce((sum, member) => sum + member.count('generate'), this.#queue.prompts.length);
    return Math.min(room, Math.max(roomAlone, Math.ceil(prompts / this.#members.length)));
  }

  /** Workers that jobs without suspicion may go to: while suspects wait, one worker is kept for them. */
  #trusting(): readonly PoolMember[] {
    const members = this.#members.filter((member) => member.ready && !member.holdsSuspect);
    if (this.#queue.suspects === 0 || members.length === 0 || members.length < this.#members.length) return members;
    const kept = leastOf(members, (member) => member.assigned.size);
    return members.filter((member) => member !== kept);
  }
}

/** The first of those with the least. */
function leastOf<T>(all: readonly T[], measure: (each: T) => number): T {
  return all.reduce((best, each) => (measure(each) < measure(best) ? each : best));
}
