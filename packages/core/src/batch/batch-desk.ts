import { type AssayError, isAssayError } from '../errors/assay-error.ts';
import type { Clock } from '../storage/clock.ts';
import type { BatchLedger, KnownBatch } from './batch-ledger.ts';
import type { Batch, BatchLine, BatchResult, BatchService, BatchState } from './batch-service.ts';

export interface BatchHooks {
  /** At each look at which something is new. */
  readonly onBatch?: (event: {
    readonly service: string;
    readonly id: string;
    readonly said: string;
    readonly done: number | undefined;
    readonly total: number;
    readonly elapsedMs: number;
  }) => void;
  /** A batch that an earlier life of the run sent. */
  readonly onBatchFound?: (event: { readonly service: string; readonly id: string; readonly requests: number }) => void;
}

interface BatchDeskOptions {
  readonly service: BatchService;
  readonly ledger: BatchLedger;
  readonly clock: Clock;
  readonly hooks: BatchHooks;
}

export type Collected = Exclude<BatchResult, { kind: 'unasked' }> | { readonly kind: 'unasked'; readonly why: string };

/** Calls of `create` for one batch: a busy service is asked again. */
const MOST_TRIES = 8;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** Sends batches, finds those whose answer was lost, waits for them and reads their results; the ledger goes before each step. */
export class BatchDesk {
  readonly #options: BatchDeskOptions;

  constructor(options: BatchDeskOptions) {
    this.#options = options;
  }

  /** @returns the service's id. @throws AssayError; the signal's reason */
  async send(batch: Batch, lines: readonly BatchLine[], signal: AbortSignal | undefined): Promise<string> {
    const { service, ledger, clock } = this.#options;
    await ledger.sending(batch, service.name);
    const prepared = await service.prepare?.(batch, lines, signal);
    for (let attempt = 1; ; attempt++) {
      await ledger.creating(batch.key, clock.now());
      const made = await this.#create(batch, lines, prepared, signal);
      if (!isAssayError(made)) {
        await ledger.created(batch.key, made, clock.now());
        return made;
      }
      await this.#waitAfter(made, attempt, signal);
    }
  }

  /** An error where it was surely not made; its id where it was, whatever became of the answer. */
  async #create(
    batch: Batch,
    lines: readonly BatchLine[],
    prepared: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<string | AssayError> {
    const { service, clock } = this.#options;
    const triedAt = clock.now();
    try {
      return await service.create(batch, lines, prepared, signal);
    } catch (thrown) {
      if (!isAssayError(thrown)) throw thrown;
      const isLost = thrown.code === 'RUNNER_CRASHED' || thrown.code === 'RUNNER_TIMEOUT';
      return (isLost ? await this.#find(batch, triedAt, signal) : undefined) ?? thrown;
    }
  }

  /** The id of a batch of an earlier life; undefined where it was never made, and its requests may be sent. */
  async recover(key: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    const { service, ledger, clock, hooks } = this.#options;
    const batch = ledger.batch(key);
    const found = batch.id ?? (await this.#findTried(batch, signal));
    if (found === undefined) {
      await ledger.released(key, batch.customIds, 'it was never created');
      return undefined;
    }
    if (batch.id === undefined) await ledger.created(key, found, batch.triedAt ?? clock.now());
    hooks.onBatchFound?.({ service: service.name, id: found, requests: batch.customIds.length });
    return found;
  }

  async #findTried(batch: KnownBatch, signal: AbortSignal | undefined): Promise<string | undefined> {
    return batch.triedAt === undefined ? undefined : this.#find(batch, batch.triedAt, signal);
  }

  /** Looks until what was made must be in sight. */
  async #find(batch: Batch, triedAt: number, signal: AbortSignal | undefined): Promise<string | undefined> {
    const { service, ledger, clock } = this.#options;
    for (;;) {
      const leftMs = triedAt + service.settlesMs - clock.now();
      const found = await service.find(batch, triedAt, ledger.ids, signal);
      if (found !== undefined || leftMs <= 0) return found;
      await clock.sleep(Math.min(leftMs, Math.max(service.settlesMs / 6, 1)), signal);
    }
  }

  /** Where a batch costs as long as it runs: nobody waits for it any more. */
  async stop(key: string, id: string): Promise<void> {
    const { service, ledger } = this.#options;
    if (await service.stop?.(id)) await ledger.released(key, ledger.batch(key).customIds, 'it was stopped');
  }

  /**
   * Waits for a batch and gives out what became of the wanted requests, each once.
   * @throws AssayError RUNNER_BATCH and others where nothing of it was answered; the signal's reason
   */
  async *collect(
    key: string,
    id: string,
    wanted: readonly string[],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Collected> {
    const { ledger } = this.#options;
    const batch = ledger.batch(key);
    const state = await this.#over(batch, id, signal);
    if (state.failure !== undefined) {
      await ledger.released(key, batch.customIds, state.failure.message);
      throw state.failure;
    }
    const left = new Set(wanted);
    const failed: Extract<BatchResult, { kind: 'failed' }>[] = [];
    for await (const result of this.#results(batch, id, state, signal)) {
      if (result.kind === 'unasked' || !left.delete(result.customId)) continue;
      if (result.kind === 'failed') failed.push(result);
      else yield result;
    }
    const why = `batch ${id} is ${state.said}`;
    // Before they are told: a run that goes on asks anew for what has no answer, and never for what has.
    await ledger.released(key, [...failed.map(({ customId }) => customId), ...left], why);
    await ledger.collected(key, {
      answered: wanted.length - failed.length - left.size,
      failed: failed.length,
      unasked: left.size,
    });
    yield* failed;
    for (const _ of left) yield { kind: 'unasked', why };
  }

  /** Results may be read again from their beginning, so a connection that breaks costs nothing. */
  async *#results(
    batch: Batch,
    id: string,
    state: BatchState,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<BatchResult> {
    const { service } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        yield* service.results(id, batch, state, signal);
        return;
      } catch (thrown) {
        await this.#waitAfter(thrown, attempt, signal);
      }
    }
  }

  /** Before another attempt. @throws what was thrown, where none would help */
  async #waitAfter(thrown: unknown, attempt: number, signal: AbortSignal | undefined): Promise<void> {
    if (!isAssayError(thrown) || !thrown.retryable || attempt === MOST_TRIES) throw thrown;
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
    await this.#options.clock.sleep(Math.max(waitMs, thrown.retryAfterMs ?? 0), signal);
  }

  async #over({ customIds, triedAt }: KnownBatch, id: string, signal: AbortSignal | undefined): Promise<BatchState> {
    const { service, clock, hooks } = this.#options;
    const { firstMs, longestMs } = service.poll;
    let told: string | undefined;
    for (let waitMs = firstMs; ; waitMs = Math.min(longestMs, waitMs * 1.5)) {
      signal?.throwIfAborted();
      const state = await service.look(id, signal);
      const { said, done } = state;
      const news = `${said} ${done}`;
      const elapsedMs = clock.now() - (triedAt ?? clock.now());
      if (news !== told) hooks.onBatch?.({ service: service.name, id, said, done, total: customIds.length, elapsedMs });
      told = news;
      if (state.isOver) return state;
      await clock.sleep(waitMs, signal);
    }
  }
}
