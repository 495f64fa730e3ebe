import type { PendingJob } from './job-queue.ts';
import type { ToWorker } from './messages.ts';
import type { WorkerHost } from './worker-host.ts';

/** One worker of a pool, and what it was given. */
export class PoolMember {
  readonly assigned = new Map<number, PendingJob>();
  /** Deaths in this place since the last result that came from it. */
  restarts: number;
  /** The model is open. */
  ready = false;
  #host: WorkerHost | undefined;

  constructor(restarts: number) {
    this.restarts = restarts;
  }

  set host(host: WorkerHost) {
    this.#host = host;
  }

  send(message: ToWorker): void {
    this.#host?.send(message);
  }

  async kill(): Promise<void> {
    await this.#host?.kill();
  }

  assign(jobs: readonly PendingJob[]): void {
    for (const pending of jobs) this.assigned.set(pending.job.id, pending);
    this.send({ type: 'jobs', jobs: jobs.map(({ job }) => job) });
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
  count(kind: 'generate' | 'score'): number {
    let count = 0;
    for (const { job } of this.assigned.values()) if (job.kind === kind) count++;
    return count;
  }
}
