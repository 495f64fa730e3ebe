import { setImmediate as nextTurn } from 'node:timers/promises';
import { toAssayError } from '@assay/core/errors';
import { GenerationEngine } from '../generation/generation-engine.ts';
import { constraintsOf } from '../generation/row-constraints.ts';
import { CacheBudget } from '../layouts/cache-budget.ts';
import { type CausalModel, sharesPrefixes } from '../layouts/causal-model.ts';
import { openCausalModel } from '../layouts/open-causal-model.ts';
import { ScoringEngine } from '../log-probability/scoring-engine.ts';
import { HeldPrefixes } from '../prefixes/held-prefixes.ts';
import { PrefixReader } from '../prefixes/prefix-reader.ts';
import type { FromWorker, Job, JobResult, PrefixSize, ScoreJob, ToWorker } from './messages.ts';

const PROGRESS_INTERVAL_MS = 100;

interface Engines {
  readonly model: CausalModel;
  readonly generation: GenerationEngine;
  readonly scoring: ScoringEngine;
  readonly reader: PrefixReader;
}

/**
 * What runs beside the main thread, in a worker thread or a child process: takes jobs, answers with results. Beginnings that
 * others wait for are read first; passes that generate and passes that score alternate. A message may come in the middle of a pass, whose rows and slots it must not
 * move: it is looked at before the next one.
 */
export class CausalService {
  readonly #send: (message: FromWorker) => void;
  readonly #inbox: ToWorker[] = [];
  readonly #prefixes = new HeldPrefixes();
  #engines: Engines | null = null;
  #running = false;
  #closing = false;
  #progress = { newTokens: 0, promptTokens: 0, sentMs: 0 };

  constructor(send: (message: FromWorker) => void) {
    this.#send = send;
  }

  async receive(message: ToWorker): Promise<void> {
    if (message.type === 'open') return this.#open(message);
    this.#inbox.push(message);
    if (!this.#running) await this.#run();
  }

  async #open({ model: spec, limits }: ToWorker & { type: 'open' }): Promise<void> {
    try {
      const model = await openCausalModel(spec);
      const budget = new CacheBudget(limits.cacheBytes);
      this.#engines = {
        model,
        generation: new GenerationEngine(model, limits, budget, constraintsOf(spec), this.#prefixes),
        scoring: new ScoringEngine(model, limits, budget, this.#prefixes),
        reader: new PrefixReader(model, budget, this.#prefixes),
      };
      this.#send({ type: 'ready', batching: model.batching, prefixes: prefixSize(model) });
    } catch (error) {
      this.#send({ type: 'failed', error: toAssayError(error, 'MODEL_LOAD').toData() });
    }
  }

  async #run(): Promise<void> {
    this.#running = true;
    const { generation, scoring, reader } = this.#engines!;
    for (;;) {
      this.#readInbox();
      if (this.#closing || !(generation.busy || scoring.busy || reader.busy)) break;
      if (reader.busy) await this.#read(reader);
      else if (scoring.busy) await this.#score(scoring);
      this.#readInbox();
      if (generation.busy && !this.#closing) await this.#generate(generation);
      await nextTurn();
    }
    this.#running = false;
    this.#reportProgress(0, 0, true);
    if (this.#closing) await this.#close();
  }

  #readInbox(): void {
    for (const message of this.#inbox.splice(0)) {
      if (message.type === 'jobs') this.#add(message.jobs);
      else if (message.type === 'cancel') this.#cancel(new Set(message.ids));
      else if (message.type === 'hold') this.#prefixes.hold(message.prefix);
      else if (message.type === 'forget') this.#prefixes.forget(message.ids);
      else this.#closing = true;
    }
  }

  #add(jobs: readonly Job[]): void {
    const { generation, scoring, reader } = this.#engines!;
    const texts: ScoreJob[] = [];
    for (const job of jobs) {
      if (job.kind === 'generate') generation.add(job);
      else if (job.kind === 'read') reader.add(job);
      else texts.push(job);
    }
    if (texts.length > 0) scoring.add(texts);
  }

  #cancel(ids: ReadonlySet<number>): void {
    this.#engines!.generation.cancel(ids);
    this.#engines!.scoring.cancel(ids);
  }

  async #read(reader: PrefixReader): Promise<void> {
    try {
      const { results, promptTokens } = await reader.pass();
      this.#reportProgress(0, promptTokens);
      if (results.length > 0) this.#send({ type: 'results', results });
    } catch (error) {
      this.#fail(reader.abandon(), error);
    }
  }

  async #score(engine: ScoringEngine): Promise<void> {
    try {
      const { results, promptTokens } = await engine.pass();
      this.#reportProgress(0, promptTokens, !engine.busy);
      if (results.length > 0) this.#send({ type: 'results', results });
    } catch (error) {
      this.#fail(engine.abandon(), error);
    }
  }

  async #generate(engine: GenerationEngine): Promise<void> {
    try {
      const pass = await engine.pass();
      if (pass.tokens.length > 0) this.#send({ type: 'tokens', tokens: pass.tokens });
      this.#reportProgress(pass.newTokens, pass.promptTokens, !engine.busy);
      if (pass.results.length > 0) this.#send({ type: 'results', results: pass.results });
    } catch (error) {
      this.#fail(engine.abandon(), error);
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
    await this.#engines?.model.close();
    this.#engines = null;
    this.#send({ type: 'closed' });
  }
}

function prefixSize(model: CausalModel): PrefixSize | undefined {
  if (!sharesPrefixes(model)) return undefined;
  const { bytesPerToken, states } = model.createCache();
  return { bytesPerToken, stateBytes: states.bytesPerSlot };
}
