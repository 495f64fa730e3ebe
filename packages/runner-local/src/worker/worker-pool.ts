import { AssayError, type ErrorData, type PromptReading, type RunnerHooks } from '@assay/core';
import type { Batching } from '../layouts/causal-model.ts';
import { type DispatchOptions, JobDispatch } from './job-dispatch.ts';
import { JobQueue, type PendingJob, promptTokens } from './job-queue.ts';
import type { BatchLimits, FromWorker, Job, JobResult, ModelSpec, NewToken, ToWorker } from './messages.ts';
import { PoolMember } from './pool-member.ts';
import { onceEnded, startProcess, startThread } from './worker-host.ts';

export interface PoolOptions extends Pick<DispatchOptions, 'prefixBytes' | 'prefixDisk' | 'onUnheld'> {
  readonly entry: URL;
  readonly workers: number;
  readonly model: ModelSpec;
  readonly limits: BatchLimits;
  /** Workers are child processes. */
  readonly isolate: boolean;
  onProgress(newTokens: number, promptTokens: number): void;
  /** A worker died. */
  onDeath(death: WorkerDeath): void;
}

export type WorkerDeath = Omit<Parameters<NonNullable<RunnerHooks['onWorkerDeath']>>[0], 'model'>;

/** What a caller hands in, without the id that the pool gives. */
export type Unnumbered<T> = T extends Job ? Omit<T, 'id'> : never;

export interface Ticket {
  readonly result: Promise<JobResult>;
  cancel(): void;
}

/** A place whose workers die this often without a result in between is given up. */
const MOST_RESTARTS = 3;
/** A job that this many workers died with is at fault: the first time it had company, the second time none. */
const MOST_DEATHS = 2;

/**
 * Hands jobs to workers as they have room. Each opens the model, the first at once, a further one when there is a job for it.
 * One that dies is started again and what it had is tried again, each job by itself, so that one which kills it fails alone.
 */
export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #members: PoolMember[] = [];
  readonly #queue = new JobQueue();
  readonly #dispatch: JobDispatch;
  readonly #opening = new Map<PoolMember, { resolve: () => void; reject: (error: AssayError) => void }>();
  readonly #closed = new Map<PoolMember, () => void>();
  /** What workers said that could not open the model; each is told once its worker has ended. */
  readonly #refusals = new Map<PoolMember, AssayError>();
  #batching: Batching = 'ragged';
  /** Workers that there may be: as many as are wanted, but for those that were given up. */
  #places: number;
  #nextId = 0;
  /** Tokens of prompts and texts whose job is over, and tokens of them that workers read. */
  #asked = 0;
  #read = 0;
  #flushing = false;
  #closing: Promise<void> | null = null;
  #broken: ErrorData | null = null;

  private constructor(options: PoolOptions) {
    this.#options = options;
    const { workers, prefixBytes, prefixDisk, onUnheld, limits } = options;
    this.#places = workers;
    const nextId = () => this.#nextId++;
    this.#dispatch = new JobDispatch(this.#queue, this.#members, {
      workers,
      room: this.#roomOfOne,
      roomAlone: Math.max(1, limits.slots >> 2),
      prefixBytes,
      prefixDisk,
      onUnheld,
      nextId,
    });
  }

  /** @throws AssayError what the first worker says if it cannot open the model */
  static async open(options: PoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    try {
      await pool.#start(0);
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  /** What the model's kernels support, as the workers found. */
  get batching(): Batching {
    return this.#batching;
  }

  get workers(): number {
    return this.#options.workers;
  }

  /** Why nothing is answered any more, once the last worker was given up. */
  get broken(): ErrorData | null {
    return this.#broken;
  }

  /** What was read of prompts and texts so far. */
  get reading(): PromptReading {
    return { tokens: this.#asked, read: this.#read, ...this.#dispatch.counts };
  }

  /** Sequences that decode at once, over all workers, and those that wait inside them. */
  get capacity(): number {
    return this.#options.workers * this.#roomOfOne;
  }

  get #roomOfOne(): number {
    const { slots } = this.#options.limits;
    return slots + Math.max(1, slots >> 2);
  }

  submit(job: Unnumbered<Job>, onToken?: (token: NewToken) => void): Ticket {
    const id = this.#nextId++;
    const numbered = { ...job, id } as Job;
    const result = new Promise<JobResult>((resolve) => {
      if (this.#broken !== null) resolve({ id, kind: 'failed', error: this.#broken });
      else this.#queue.add({ job: numbered, resolve, onToken, deaths: 0, told: 0, brought: 0 });
    });
    this.#flushSoon();
    return { result, cancel: () => this.#cancel(id) };
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    this.#failAll(new AssayError('RUNNER_FAILED', 'the runner was closed').toData());
    await Promise.all(this.#members.map((member) => this.#end(member)));
    this.#members.length = 0;
    this.#dispatch.close();
  }

  /** Asks politely, so that the session frees its memory. A thread that ended while it opens the model would end the process. */
  async #end(member: PoolMember): Promise<void> {
    if (!this.#options.isolate) await member.opened.catch(() => {});
    if (!member.ready) return member.kill();
    const closed = new Promise<void>((resolve) => this.#closed.set(member, resolve));
    member.send({ type: 'close' });
    await closed;
    await member.kill();
  }

  #start(restarts: number): Promise<void> {
    const member = new PoolMember(restarts);
    const { isolate, entry } = this.#options;
    const host = isolate ? startProcess<ToWorker>(entry) : startThread<ToWorker>(entry);
    host.events.on('message', (message: FromWorker) => this.#receive(member, message));
    onceEnded(host, (reason) => this.#exited(member, reason));
    member.host = host;
    this.#members.push(member);
    member.send({ type: 'open', model: this.#options.model, limits: this.#options.limits });
    member.opened = new Promise((resolve, reject) => this.#opening.set(member, { resolve, reject }));
    return member.opened;
  }

  #receive(member: PoolMember, message: FromWorker): void {
    if (message.type === 'ready') {
      member.ready = true;
      this.#batching = message.batching;
      if (message.prefixes !== undefined) this.#dispatch.share(message.prefixes);
      this.#opening.get(member)?.resolve();
      this.#flushSoon();
    } else if (message.type === 'failed') {
      this.#refusals.set(member, AssayError.fromData(message.error));
      // Told once it has ended: the next thread must not load the runtime while this one lets go of it.
      void member.kill();
    } else if (message.type === 'results') {
      member.restarts = 0;
      for (const result of message.results) this.#settle(member, result);
      this.#flushSoon();
    } else if (message.type === 'tokens') {
      for (const token of message.tokens) this.#tell(member.assigned.get(token.id), token);
    } else if (message.type === 'progress') {
      this.#read += message.promptTokens;
      this.#options.onProgress(message.newTokens, message.promptTokens);
    } else this.#closed.get(member)?.();
  }

  /** A job that is tried again brings its first tokens a second time: they are known already. */
  #tell(pending: PendingJob | undefined, token: NewToken): void {
    if (pending === undefined || ++pending.brought <= pending.told) return;
    pending.told++;
    pending.onToken?.(token);
  }

  #settle(member: PoolMember, result: JobResult): void {
    const pending = member.assigned.get(result.id);
    member.assigned.delete(result.id);
    if (pending === undefined) return;
    if (result.kind === 'read') member.holds(result.id);
    else this.#asked += promptTokens(pending.job);
    this.#dispatch.release(pending);
    pending.resolve(pending.deaths === 0 ? result : { ...result, attempts: pending.deaths + 1 });
  }

  #forget(member: PoolMember): void {
    const index = this.#members.indexOf(member);
    if (index >= 0) this.#members.splice(index, 1);
  }

  #crash(reason: string): AssayError {
    return new AssayError('RUNNER_CRASHED', `the model's worker died: ${reason}`, {
      hint: this.#options.isolate
        ? 'use fewer workers, a smaller batch_size or a smaller model if memory ran out'
        : 'isolate: true keeps a crash of the runtime out of this process',
    });
  }

  #exited(member: PoolMember, reason: string): void {
    this.#closed.get(member)?.();
    this.#forget(member);
    const error = this.#refusals.get(member) ?? this.#crash(reason);
    this.#opening.get(member)?.reject(error);
    if (this.#closing !== null || !member.ready) return;
    const requeued = this.#requeue(member, error.toData());
    const isRestarted = member.restarts < MOST_RESTARTS;
    this.#options.onDeath({ reason, isRestarted, requeued, workers: this.#members.length + (isRestarted ? 1 : 0) });
    if (isRestarted) this.#restart(member.restarts + 1);
    else this.#giveUpPlace(error);
  }

  /** @returns how many jobs of a dead worker are tried again; the others fail */
  #requeue(member: PoolMember, error: ErrorData): number {
    let count = 0;
    for (const [id, pending] of member.assigned) {
      if (++pending.deaths >= MOST_DEATHS) {
        this.#dispatch.release(pending);
        pending.resolve({ id, kind: 'failed', error, attempts: pending.deaths });
        continue;
      }
      this.#queue.addSuspect(pending);
      count++;
    }
    return count;
  }

  #restart(restarts: number): void {
    this.#start(restarts).catch((cause: AssayError) => {
      if (this.#closing !== null) return;
      const workers = this.#members.length;
      this.#options.onDeath({ reason: cause.message, isRestarted: false, requeued: 0, workers });
      this.#giveUpPlace(cause);
    });
  }

  #giveUpPlace(error: AssayError): void {
    this.#places--;
    if (this.#members.length === 0) {
      this.#broken = error.toData();
      this.#failAll(this.#broken);
    } else this.#flushSoon();
  }

  #failAll(error: ErrorData): void {
    const assigned = this.#members.flatMap((member) => [...member.assigned.values()]);
    for (const { job, resolve } of [...this.#queue.drain(), ...assigned])
      resolve({ id: job.id, kind: 'failed', error });
  }

  #cancel(id: number): void {
    this.#queue.remove(id);
    for (const member of this.#members) {
      const pending = member.assigned.get(id);
      if (pending === undefined) continue;
      member.assigned.delete(id);
      member.send({ type: 'cancel', ids: [id] });
      this.#asked += promptTokens(pending.job);
      this.#dispatch.release(pending);
    }
    this.#flushSoon();
  }

  /** After a turn of the event loop that brings no further prompt, so that those which arrive together are seen together. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    const before = this.#nextId;
    setImmediate(() => {
      this.#flushing = false;
      if (this.#closing !== null) return;
      if (this.#nextId > before) this.#flushSoon();
      else this.#serve();
    });
  }

  #serve(): void {
    const jobs = this.#members.reduce((count, { assigned }) => count + assigned.size, this.#queue.size);
    while (this.#members.length < Math.min(this.#places, jobs)) this.#restart(0);
    this.#dispatch.flush();
  }
}
