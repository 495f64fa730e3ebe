import { setImmediate as nextTurn } from 'node:timers/promises';
import { toAssayError } from '@assay/core/errors';
import { GenerationEngine } from '../generation/generation-engine.ts';
import type { CausalModel } from '../layouts/causal-model.ts';
import { openCausalModel } from '../layouts/open-causal-model.ts';
import { scoreBatch } from '../log-probability/score-batch.ts';
import type { BatchLimits, FromWorker, Job, JobResult, ScoreJob, ToWorker } from './messages.ts';

const PROGRESS_INTERVAL_MS = 100;

/**
 * What runs beside the main thread, in a worker thread or a child process: takes jobs, answers with results. A forward
 * pass blocks its thread, so messages are looked at between passes.
 */
export class CausalService {
  readonly #send: (message: FromWorker) => void;
  #model: CausalModel | null = null;
  #engine: GenerationEngine | null = null;
  #limits: BatchLimits | null = null;
  #scores: ScoreJob[] = [];
  #running = false;
  #closing = false;
  #progress = { newTokens: 0, promptTokens: 0, sentMs: 0 };

  constructor(send: (message: FromWorker) => void) {
    this.#send = send;
  }

  async receive(message: ToWorker): Promise<void> {
    if (message.type === 'open') return this.#open(message);
    if (message.type === 'jobs') this.#add(message.jobs);
    else if (message.type === 'cancel') this.#cancel(new Set(message.ids));
    else this.#closing = true;
    if (!this.#running) await this.#run();
  }

  async #open(message: ToWorker & { type: 'open' }): Promise<void> {
    try {
      this.#model = await openCausalModel(message.model);
      this.#limits = message.limits;
      this.#engine = new GenerationEngine(this.#model, message.limits);
      this.#send({ type: 'ready', batching: this.#model.batching });
    } catch (error) {
      this.#send({ type: 'failed', error: toAssayError(error, 'MODEL_LOAD').toData() });
    }
  }

  #add(jobs: readonly Job[]): void {
    for (const job of jobs) {
      if (job.kind === 'generate') this.#engine!.add(job);
      else this.#scores.push(job);
    }
  }

  #cancel(ids: ReadonlySet<number>): void {
    this.#engine!.cancel(ids);
    this.#scores = this.#scores.filter((job) => !ids.has(job.id));
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (!this.#closing && (this.#engine?.busy || this.#scores.length > 0)) {
      if (this.#scores.length > 0) await this.#score();
      if (this.#engine?.busy) await this.#generate();
      await nextTurn();
    }
    this.#running = false;
    this.#reportProgress(0, 0, true);
    if (this.#closing) await this.#close();
  }

  async #score(): Promise<void> {
    const jobs = this.#scores.splice(0);
    try {
      const { results, promptTokens } = await scoreBatch(this.#model!, jobs, this.#limits!);
      this.#send({ type: 'results', results });
      this.#reportProgress(0, promptTokens);
    } catch (error) {
      this.#fail(
        jobs.map((job) => job.id),
        error,
      );
    }
  }

  async #generate(): Promise<void> {
    try {
      const pass = await this.#engine!.pass();
      if (pass.tokens.length > 0) this.#send({ type: 'tokens', tokens: pass.tokens });
      if (pass.results.length > 0) this.#send({ type: 'results', results: pass.results });
      this.#reportProgress(pass.newTokens, pass.promptTokens);
    } catch (error) {
      this.#fail(this.#engine!.abandon(), error);
    }
  }

  #fail(ids: readonly number[], thrown: unknown): void {
    const error = toAssayError(thrown, 'RUNNER_FAILED').toData();
    this.#send({ type: 'results', results: ids.map((id): JobResult => ({ id, kind: 'failed', error })) });
  }

  #reportProgress(newTokens: number, promptTokens: number, now = false): void {
    const progress = this.#progress;
    progress.newTokens += newTokens;
    progress.promptTokens += promptTokens;
    if (progress.newTokens + progress.promptTokens === 0) return;
    if (!now && performance.now() - progress.sentMs < PROGRESS_INTERVAL_MS) return;
    this.#send({ type: 'progress', newTokens: progress.newTokens, promptTokens: progress.promptTokens });
    this.#progress = { newTokens: 0, promptTokens: 0, sentMs: performance.now() };
  }

  async #close(): Promise<void> {
    await this.#model?.close();
    this.#model = null;
    this.#engine = null;
    this.#send({ type: 'closed' });
  }
}
