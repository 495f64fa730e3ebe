import { createHash } from 'node:crypto';
import { AssayError } from '../errors/assay-error.ts';
import { failedAnswer } from '../runner/failed-answer.ts';
import type { Completed, Completion, GenerateOptions, Prompt, RunnerHooks, RunnerWith } from '../runner/runner.ts';
import { type Clock, systemClock } from '../storage/clock.ts';
import type { Storage } from '../storage/storage.ts';
import { BatchDesk, type BatchHooks, type Collected } from './batch-desk.ts';
import { BatchLedger } from './batch-ledger.ts';
import type { Batch, BatchLine, BatchService } from './batch-service.ts';
import { packBatches } from './pack-batches.ts';

export interface BatchRunnerOptions {
  /** Pins what answers; part of the cache key. */
  readonly id: string;
  /** Of the model: keeps its requests apart from those of other models with the same words. */
  readonly model: string;
  readonly service: BatchService;
  /** The request of a prompt, as JSON text on one line. */
  readonly request: (prompt: Prompt, options: GenerateOptions) => string;
  readonly isGreedy: (options: GenerateOptions) => boolean;
  readonly ledgerFile: string;
  readonly storage?: Storage | undefined;
  readonly clock?: Clock | undefined;
  readonly hooks?: BatchHooks & Pick<RunnerHooks, 'onTokens'>;
  readonly hints?: RunnerWith<'generate'>['hints'];
  readonly notes?: readonly string[];
}

/** Prompts that wait in memory at a time. More make further batches, one after the other. */
const GATHERED = 50_000;

/**
 * A model that is asked in batches: gathers prompts, writes down which requests leave, sends those that no earlier life of the
 * run has sent, waits, and gives each answer to its prompt. What a killed run left behind is found and collected.
 * @throws AssayError RUN_OUTPUT_NOT_WRITABLE
 */
export async function createBatchRunner(options: BatchRunnerOptions): Promise<RunnerWith<'generate' | 'close'>> {
  const ledger = await BatchLedger.open(options.ledgerFile, options.storage);
  return new BatchRunner(options, ledger);
}

interface Question {
  readonly prompt: string;
  readonly line: BatchLine;
}

class BatchRunner implements RunnerWith<'generate' | 'close'> {
  readonly version = 2;
  readonly id: string;
  readonly gathers = GATHERED;
  readonly hints: NonNullable<RunnerWith<'generate'>['hints']>;
  readonly notes: readonly string[];
  readonly #options: BatchRunnerOptions;
  readonly #ledger: BatchLedger;
  readonly #desk: BatchDesk;
  readonly #clock: Clock;

  constructor(options: BatchRunnerOptions, ledger: BatchLedger) {
    this.id = options.id;
    this.hints = options.hints ?? {};
    this.notes = options.notes ?? [];
    this.#options = options;
    this.#ledger = ledger;
    this.#clock = options.clock ?? systemClock;
    this.#desk = new BatchDesk({ service: options.service, ledger, clock: this.#clock, hooks: options.hooks ?? {} });
  }

  isGreedy = (options: GenerateOptions): boolean => this.#options.isGreedy(options);

  generate: RunnerWith<'generate'>['generate'] = (prompts, options) => this.#generate(prompts, options);

  async close(): Promise<void> {
    await this.#options.service.close?.();
    await this.#ledger.close();
  }

  async *#generate(
    prompts: Parameters<RunnerWith<'generate'>['generate']>[0],
    options: GenerateOptions,
  ): AsyncGenerator<Completion> {
    const { signal } = options;
    let gathered: Question[] = [];
    for await (const prompt of prompts) {
      gathered.push(this.#question(prompt, options));
      if (gathered.length < this.gathers) continue;
      yield* this.#answer(gathered, signal);
      gathered = [];
    }
    signal?.throwIfAborted();
    if (gathered.length > 0) yield* this.#answer(gathered, signal);
  }

  /** A request is known again by the run, the model, the question and its words. */
  #question(prompt: Prompt, options: GenerateOptions): Question {
    const body = this.#options.request(prompt, options);
    const named = JSON.stringify([this.#ledger.runId, this.#options.model, prompt.id, body]);
    const customId = createHash('sha256').update(named).digest('hex').slice(0, 40);
    return { prompt: prompt.id, line: { customId, body } };
  }

  async *#answer(questions: readonly Question[], signal: AbortSignal | undefined): AsyncGenerator<Completion> {
    const sorted = [...questions].sort((a, b) => (a.prompt < b.prompt ? -1 : 1));
    const lines = new Map(sorted.map(({ line }) => [line.customId, line]));
    const prompts = new Map(sorted.map(({ prompt, line }) => [line.customId, prompt]));
    const begun = await this.#begun(lines, signal);
    const fresh = [...lines.values()].filter(({ customId }) => this.#ledger.ownerOf(customId) === undefined);
    const unasked: string[] = [];
    const { name, limits } = this.#options.service;
    for (const pack of packBatches(fresh, limits)) {
      signal?.throwIfAborted();
      if (pack.length < (limits.least ?? 1)) {
        const why = `${name} takes batches of at least ${limits.least} requests, and ${pack.length} are left: take mode: realtime for so few`;
        unasked.push(...pack.map(() => why));
        continue;
      }
      const batch: Batch = { key: this.#keyOf(pack), customIds: pack.map(({ customId }) => customId) };
      begun.set(batch.key, await this.#desk.send(batch, pack, signal));
    }
    const open = new Map(begun);
    try {
      for (const [key, id] of begun) {
        const { customIds } = this.#ledger.batch(key);
        const wanted = customIds.filter((each) => prompts.has(each) && this.#ledger.ownerOf(each) === key);
        for await (const result of this.#desk.collect(key, id, wanted, signal)) {
          open.delete(key);
          if (result.kind === 'unasked') unasked.push(result.why);
          else yield this.#completion(prompts.get(result.customId)!, key, result);
        }
        open.delete(key);
      }
    } finally {
      for (const [key, id] of open) await this.#desk.stop(key, id);
    }
    if (unasked.length > 0) throw leftOver(this.#options.service.name, unasked, questions.length);
  }

  /** Ids of the batches that earlier lives sent some of these requests in. */
  async #begun(lines: ReadonlyMap<string, BatchLine>, signal: AbortSignal | undefined): Promise<Map<string, string>> {
    const begun = new Map<string, string>();
    const keys = new Set([...lines.keys()].map((customId) => this.#ledger.ownerOf(customId)));
    for (const key of keys) {
      const id = key === undefined ? undefined : await this.#desk.recover(key, signal);
      if (id !== undefined) begun.set(key!, id);
    }
    return begun;
  }

  #keyOf(lines: readonly BatchLine[]): string {
    const digest = createHash('sha256').update(`${this.#ledger.runId} ${this.#ledger.size}\n`);
    for (const { customId } of lines) digest.update(`${customId}\n`);
    return digest.digest('hex').slice(0, 32);
  }

  #completion(id: string, key: string, result: Exclude<Collected, { kind: 'unasked' }>): Completion {
    if (result.kind === 'failed') return failedAnswer(id, result.error, 1);
    const { answer } = result;
    const { newTokens = 0, promptTokens = 0 } = answer;
    if (newTokens > 0) this.#options.hooks?.onTokens?.({ newTokens, promptTokens });
    const elapsedMs = Math.max(0, this.#clock.now() - (this.#ledger.batch(key).triedAt ?? 0));
    return { id, ok: true, ...answer, elapsedMs, attempts: 1 } satisfies Completed;
  }
}

function leftOver(service: string, reasons: readonly string[], questions: number): AssayError {
  const each = [...new Set(reasons)].join('; ');
  return new AssayError(
    'RUNNER_BATCH',
    `${reasons.length} of ${questions} requests to ${service} have no answer: ${each}`,
    {
      hint: 'What was answered is kept. `assay run --resume` sends the others again; unanswered ones are not charged.',
    },
  );
}
