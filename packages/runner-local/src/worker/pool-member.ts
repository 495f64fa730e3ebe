import type { PendingJob } from './job-queue.ts';
import type { HeldPrefix, Job, ToWorker } from './messages.ts';
import type { WorkerHost } from './worker-host.ts';

/** One worker of a pool, and what it was given. */
export class PoolMember {
  readonly assigned = new Map<number, PendingJob>();
  /** Deaths in this place since the last result that came from it. */
  restarts: number;
  /** The model is open. */
  ready = false;
  /** Settles when it is, or never can be. */
  opened: Promise<void> = Promise.resolve();
  #host: WorkerHost<ToWorker> | undefined;
  /** Prefixes that it was handed or has read. */
  readonly #held = new Set<number>();

  constructor(restarts: number) {
    this.restarts = restarts;
  }

  set host(host: WorkerHost<ToWorker>) {
    this.#host = host;
  }

  send(message: ToWorker): void {
    this.#host?.send(message);
  }

  async kill(): Promise<void> {
    await this.#host?.kill();
  }

  /** @param chainOf what a held prefix is made of, outermost first */
  assign(jobs: readonly PendingJob[], chainOf: (prefix: number) => readonly HeldPrefix[]): void {
    for (const { prefix } of jobs) if (prefix !== undefined) this.#hold(chainOf(prefix.id));
    for (const pending of jobs) this.assigned.set(pending.job.id, pending);
    this.send({ type: 'jobs', jobs: jobs.map(({ job, prefix }) => (prefix === undefined ? job : { ...job, prefix })) });
  }

  #hold(chain: readonly HeldPrefix[]): void {
    for (const prefix of chain) {
      if (this.#held.has(prefix.id)) continue;
      this.#held.add(prefix.id);
      this.send({ type: 'hold', prefix });
    }
  }

  /** It has read a prefix, and holds it. */
  holds(prefix: number): void {
    this.#held.add(prefix);
  }

  forget(prefixes: readonly number[]): void {
    const ids = prefixes.filter((id) => this.#held.delete(id));
    if (ids.length > 0) this.send({ type: 'forget', ids });
  }

  get isIdle(): boolean {
    return this.ready && this.assigned.size === 0;
  }

  /** It tries a job whose last worker died, and is given nothing beside it. */
  get holdsSuspect(): boolean {
    for (const { deaths } of this.assigned.values()) if (deaths > 0) return true;
    return false;
  }

  /** Jobs of one kind that it has. */
  count(kind: Job['kind']): number {
    let count = 0;
    for (const { job } of this.assigned.values()) if (job.kind === kind) count++;
    return count;
  }
}
