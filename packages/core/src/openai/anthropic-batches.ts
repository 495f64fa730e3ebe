import { z } from 'zod';
import type { Batch, BatchLine, BatchResult, BatchService, BatchState } from '../batch/batch-service.ts';
import { AssayError, isAssayError } from '../errors/assay-error.ts';
import type { Clock } from '../storage/clock.ts';
import { type BatchCalls, parsedLine } from './batch-calls.ts';
import type { Protocol } from './protocol.ts';

const batchSchema = z.object({
  id: z.string().min(1),
  processing_status: z.string(),
  created_at: z.string(),
  archived_at: z.string().nullish(),
  cancel_initiated_at: z.string().nullish(),
  request_counts: z.object({
    processing: z.number(),
    succeeded: z.number(),
    errored: z.number(),
    canceled: z.number(),
    expired: z.number(),
  }),
});
type MessageBatch = z.output<typeof batchSchema>;
const pageSchema = z.object({ data: z.array(batchSchema), has_more: z.boolean(), last_id: z.string().nullish() });
const lineSchema = z.object({
  custom_id: z.string(),
  result: z.discriminatedUnion('type', [
    z.object({ type: z.literal('succeeded'), message: z.unknown() }),
    z.object({ type: z.literal('errored'), error: z.unknown() }),
    z.object({ type: z.literal('canceled') }),
    z.object({ type: z.literal('expired') }),
  ]),
});

/** A clock may be wrong by so much. */
const CLOCKS_MS = 3_600_000;
/** What Anthropic's errors in a line stand for as an answer's status. @see https://docs.anthropic.com/en/api/errors */
const STATUS: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  timeout_error: 408,
  api_error: 500,
  overloaded_error: 529,
};

/**
 * Anthropic's message batches. They take no name: one whose creation was not answered is known by its number of requests and,
 * once it has ended, by their ids, which no other batch has.
 * @see https://docs.anthropic.com/en/api/creating-message-batches
 */
export class AnthropicBatches implements BatchService {
  readonly name: string;
  readonly limits = { requests: 100_000, bytes: 250_000_000 };
  readonly settlesMs: number;
  readonly poll = { firstMs: 1_000, longestMs: 60_000 };
  readonly #calls: BatchCalls;
  readonly #protocol: Protocol;
  readonly #clock: Clock;
  /** Batches that are known to be others. */
  readonly #others = new Set<string>();

  constructor(
    calls: BatchCalls,
    protocol: Protocol,
    { clock, settlesMs = 60_000 }: { readonly clock: Clock; readonly settlesMs?: number },
  ) {
    this.name = calls.server.url;
    this.#calls = calls;
    this.#protocol = protocol;
    this.#clock = clock;
    this.settlesMs = settlesMs;
  }

  async create(_: Batch, lines: readonly BatchLine[], __: string | undefined, signal?: AbortSignal): Promise<string> {
    const requests = lines.map(({ customId, body }) => ({ custom_id: customId, params: JSON.parse(body) as unknown }));
    return (await this.#calls.create('messages/batches', { requests }, batchSchema, signal)).id;
  }

  async find(
    { customIds }: Batch,
    triedAt: number,
    known: ReadonlySet<string>,
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    const ours = new Set(customIds);
    for (const { id } of await this.#alike(customIds.length, triedAt, signal)) {
      if (known.has(id) || this.#others.has(id)) continue;
      if (await this.#holds(id, ours, signal)) return id;
      this.#others.add(id);
    }
    return undefined;
  }

  async look(id: string, signal?: AbortSignal): Promise<BatchState> {
    const {
      processing_status: said,
      request_counts: counts,
      cancel_initiated_at: cancelled,
    } = await this.#read(id, signal);
    const isOver = said === 'ended';
    return {
      said: isOver && cancelled != null ? 'cancelled' : isOver && counts.expired > 0 ? 'expired' : said,
      isOver,
      // Counted only once all of it has ended.
      done: isOver ? counts.succeeded + counts.errored : undefined,
    };
  }

  async *results(id: string, _: Batch, __: BatchState, signal?: AbortSignal): AsyncGenerator<BatchResult> {
    for await (const text of this.#calls.lines(`messages/batches/${encodeURIComponent(id)}/results`, signal)) {
      const line = parsedLine(text, lineSchema);
      if (line !== undefined) yield this.#result(line);
    }
  }

  #result({ custom_id: customId, result }: z.output<typeof lineSchema>): BatchResult {
    if (result.type === 'canceled' || result.type === 'expired') return { customId, kind: 'unasked' };
    if (result.type === 'errored') {
      const { type = '' } = (result.error as { readonly error?: { readonly type?: string } } | null)?.error ?? {};
      return { customId, kind: 'failed', error: this.#calls.server.lineError(STATUS[type] ?? 400, result.error) };
    }
    const answer = this.#protocol.read(result.message);
    return isAssayError(answer) ? { customId, kind: 'failed', error: answer } : { customId, kind: 'answered', answer };
  }

  /** Batches of that many requests that are as new as the attempt. */
  async #alike(requests: number, triedAt: number, signal: AbortSignal | undefined): Promise<MessageBatch[]> {
    const alike: MessageBatch[] = [];
    let after = '';
    for (;;) {
      const page = await this.#calls.get(`messages/batches?limit=100${after}`, pageSchema, signal);
      const recent = page.data.filter(({ created_at: at }) => Date.parse(at) >= triedAt - CLOCKS_MS);
      for (const batch of recent) if (total(batch) === requests) alike.push(batch);
      // The newest come first.
      if (!page.has_more || page.last_id == null || recent.length < page.data.length) return alike;
      after = `&after_id=${encodeURIComponent(page.last_id)}`;
    }
  }

  /** Whether a batch is of these requests: its results say, so it is waited for. */
  async #holds(id: string, ours: ReadonlySet<string>, signal: AbortSignal | undefined): Promise<boolean> {
    for (let waitMs = this.poll.firstMs; ; waitMs = Math.min(this.poll.longestMs, waitMs * 1.5)) {
      const { processing_status: said, archived_at: archived } = await this.#read(id, signal);
      if (archived != null) throw unknowable(id);
      if (said === 'ended') break;
      await this.#clock.sleep(waitMs, signal);
    }
    for await (const text of this.#calls.lines(`messages/batches/${encodeURIComponent(id)}/results`, signal)) {
      const line = parsedLine(text, lineSchema);
      if (line !== undefined) return ours.has(line.custom_id);
    }
    throw unknowable(id);
  }

  #read(id: string, signal: AbortSignal | undefined): Promise<MessageBatch> {
    return this.#calls.get(`messages/batches/${encodeURIComponent(id)}`, batchSchema, signal);
  }
}

function total({ request_counts: counts }: MessageBatch): number {
  return counts.processing + counts.succeeded + counts.errored + counts.canceled + counts.expired;
}

function unknowable(id: string): AssayError {
  return new AssayError('RUNNER_BATCH', `batch ${id} may be this run's, and its results can no longer be read`, {
    hint: 'Nothing is sent that may have been paid already. Begin a new run to ask all requests again.',
  });
}
