import { AssayError, type ErrorData } from '@assay/core';
import type { Batching } from '../layouts/causal-model.ts';
import type { BatchLimits, FromWorker, Job, JobResult, ModelSpec, NewToken, ToWorker } from './messages.ts';
import { startProcess, startThread, type WorkerHost } from './worker-host.ts';

export interface PoolOptions {
  readonly entry: URL;
  readonly workers: number;
  readonly model: ModelSpec;
  readonly limits: BatchLimits;
  /** Workers are child processes; one that dies is started again. */
  readonly isolate: boolean;
  onProgress(newTokens: number, promptTokens: number): void;
  /** A worker died and another takes its place. */
  onRestart(reason: string): void;
}

/** What a caller hands in, without the id that the pool gives. */
export type Unnumbered<T> = T extends Job ? Omit<T, 'id'> : never;

export interface Ticket {
  readonly result: Promise<JobResult>;
  cancel(): void;
}

interface Pending {
  readonly job: Job;
  readonly resolve: (result: JobResult) => void;
  readonly onToken: ((token: NewToken) => void) | undefined;
}

interface Member {
  host: WorkerHost;
  readonly assigned: Map<number, Pending>;
  ready: boolean;
}

/** Score jobs handed to a worker together: enough to find shared prefixes, few enough to keep the workers even. */
const SCORE_BATCH = 128;
/** A worker that dies this often without an answer in between is given up. */
const MOST_RESTARTS = 3;

/** Hands jobs to workers as they have room; prompts of similar length go together. */
export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #members: Member[] = [];
  readonly #pending: Pending[] = [];
  readonly #opening = new Map<Member, { resolve: () => void; reject: (error: AssayError) => void }>();
  #batching: Batching = 'ragged';
  #nextId = 0;
  #restarts = 0;
  #flushing = false;
  #closing: Promise<void> | null = null;
  #broken: ErrorData | null = null;

  private constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** @throws AssayError what the first worker that could not open the model says */
  static async open(options: PoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    try {
      await Promise.all(Array.from({ length: options.workers }, () => pool.#start()));
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  /** What the model's kernels bear, as the workers found. */
  get batching(): Batching {
    return this.#batching;
  }

  get workers(): number {
    return this.#options.workers;
  }

  /** Sequences that decode at once, over all workers, and those that wait inside them. */
  get capacity(): number {
    return this.#options.workers * this.#roomOfOne;
  }

  get #roomOfOne(): number {
    const { slots } = this.#options.limits;
    return slots + Math.max(1, Math.floor(slots / 4));
  }

  submit(job: Unnumbered<Job>, onToken?: (token: NewToken) => void): Ticket {
    const id = this.#nextId++;
    const numbered = { ...job, id } as Job;
    const result = new Promise<JobResult>((resolve) => {
      if (this.#broken !== null) resolve({ id, kind: 'failed', error: this.#broken });
      else this.#pending.push({ job: numbered, resolve, onToken });
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
  }

  /** Asks politely, so that the session frees its memory; a worker inside a pass answers after it. */
  async #end(member: Member): Promise<void> {
    if (!member.ready) return member.host.kill();
    const closed = new Promise<void>((resolve) => this.#closed.set(member, resolve));
    member.host.send({ type: 'close' });
    await closed;
    await member.host.kill();
  }

  readonly #closed = new Map<Member, () => void>();

  #start(): Promise<void> {
    const member: Member = { host: NO_HOST, assigned: new Map(), ready: false };
    const start = this.#options.isolate ? startProcess : startThread;
    member.host = start(this.#options.entry, {
      onMessage: (message) => this.#receive(member, message),
      onExit: (reason) => this.#exited(member, reason),
    });
    this.#members.push(member);
    member.host.send({ type: 'open', model: this.#options.model, limits: this.#options.limits });
    return new Promise((resolve, reject) => this.#opening.set(member, { resolve, reject }));
  }

  #receive(member: Member, message: FromWorker): void {
    if (message.type === 'ready') {
      member.ready = true;
      this.#batching = message.batching;
      this.#opening.get(member)?.resolve();
      this.#flushSoon();
    } else if (message.type === 'failed') {
      this.#opening.get(member)?.reject(AssayError.fromData(message.error));
    } else if (message.type === 'results') {
      this.#restarts = 0;
      for (const result of message.results) this.#settle(member, result);
      this.#flushSoon();
    } else if (message.type === 'tokens') {
      for (const token of message.tokens) member.assigned.get(token.id)?.onToken?.(token);
    } else if (message.type === 'progress') {
      this.#options.onProgress(message.newTokens, message.promptTokens);
    } else this.#closed.get(member)?.();
  }

  #settle(member: Member, result: JobResult): void {
    const pending = member.assigned.get(result.id);
    member.assigned.delete(result.id);
    pending?.resolve(result);
  }

  #exited(member: Member, reason: string): void {
    this.#closed.get(member)?.();
    this.#members.splice(this.#members.indexOf(member), 1);
    if (this.#closing !== null) return;
    const error = new AssayError('RUNNER_CRASHED', `the model's worker died: ${reason}`, {
      hint: this.#options.isolate ? undefined : 'isolate: true keeps a crash of the runtime out of this process',
    });
    for (const [id, pending] of member.assigned) pending.resolve({ id, kind: 'failed', error: error.toData() });
    this.#opening.get(member)?.reject(error);
    if (member.ready) this.#restart(reason, error);
  }

  #restart(reason: string, error: AssayError): void {
    if (++this.#restarts > MOST_RESTARTS) {
      this.#giveUp(error);
      return;
    }
    this.#options.onRestart(reason);
    this.#start().catch((cause: AssayError) => this.#giveUp(cause));
  }

  #giveUp(error: AssayError): void {
    if (this.#members.some((member) => member.ready)) return;
    this.#broken = error.toData();
    this.#failAll(this.#broken);
  }

  #failAll(error: ErrorData): void {
    for (const { job, resolve } of this.#pending.splice(0)) resolve({ id: job.id, kind: 'failed', error });
    for (const member of this.#members) {
      for (const [id, pending] of member.assigned) pending.resolve({ id, kind: 'failed', error });
    }
  }

  #cancel(id: number): void {
    const index = this.#pending.findIndex(({ job }) => job.id === id);
    if (index >= 0) this.#pending.splice(index, 1);
    for (const member of this.#members) {
      if (member.assigned.delete(id)) this.#tell(member, { type: 'cancel', ids: [id] });
    }
    this.#flushSoon();
  }

  /** Once in a turn of the event loop, so that prompts which arrive together are seen together. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      if (this.#closing === null) this.#flush();
    });
  }

  #flush(): void {
    const jobs = new Map<Member, Job[]>();
    for (;;) {
      const member = this.#leastLoaded();
      if (member === undefined) break;
      const picked = this.#pick(member);
      if (picked.length === 0) break;
      jobs.set(member, [...(jobs.get(member) ?? []), ...picked.map(({ job }) => job)]);
      for (const pending of picked) member.assigned.set(pending.job.id, pending);
    }
    for (const [member, list] of jobs) this.#tell(member, { type: 'jobs', jobs: list });
  }

  #leastLoaded(): Member | undefined {
    return this.#members
      .filter((member) => member.ready && member.assigned.size < this.#roomOfOne)
      .sort((a, b) => a.assigned.size - b.assigned.size)[0];
  }

  /** The oldest job: a prompt, or for an idle worker a batch of texts to score that lie near it in the order of tokens. */
  #pick(member: Member): Pending[] {
    const oldest = this.#pending[0];
    if (oldest === undefined) return [];
    if (oldest.job.kind === 'generate') return this.#pending.splice(0, 1);
    const scores = this.#pending.filter(({ job }) => job.kind === 'score');
    const idle = member.assigned.size === 0;
    if (!idle) return [];
    const share = Math.ceil(scores.length / this.#options.workers);
    const picked = new Set(nearest(scores, oldest, Math.min(SCORE_BATCH, share)));
    this.#pending.splice(0, this.#pending.length, ...this.#pending.filter((pending) => !picked.has(pending)));
    return [...picked];
  }

  #tell(member: Member, message: ToWorker): void {
    member.host.send(message);
  }
}

const NO_HOST: WorkerHost = { send: () => {}, kill: async () => {} };

/** The `count` neighbours of one job in lexicographic order of tokens, so that shared prefixes stay together. */
function nearest(scores: readonly Pending[], oldest: Pending, count: number): Pending[] {
  const sorted = [...scores].sort((a, b) => compareJobs(a.job, b.job));
  const start = Math.max(0, Math.min(sorted.indexOf(oldest), sorted.length - count));
  return sorted.slice(start, start + count);
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
