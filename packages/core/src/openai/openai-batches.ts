import { z } from 'zod';
import type { Batch, BatchLine, BatchResult, BatchService, BatchState } from '../batch/batch-service.ts';
import { AssayError, isAssayError } from '../errors/assay-error.ts';
import { type BatchCalls, parsedLine } from './batch-calls.ts';
import type { Protocol } from './protocol.ts';

const fileSchema = z.object({ id: z.string().min(1) });
const batchSchema = z.object({
  id: z.string().min(1),
  status: z.string(),
  created_at: z.number(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  output_file_id: z.string().nullish(),
  error_file_id: z.string().nullish(),
  errors: z.object({ data: z.array(z.looseObject({ message: z.string().nullish() })).nullish() }).nullish(),
  request_counts: z.object({ completed: z.number(), failed: z.number() }).nullish(),
});
const pageSchema = z.object({ data: z.array(batchSchema), has_more: z.boolean().nullish() });
const lineSchema = z.object({
  custom_id: z.string(),
  response: z.object({ status_code: z.number(), body: z.unknown() }).nullish(),
  error: z.object({ code: z.string().nullish(), message: z.string().nullish() }).nullish(),
});

/** Name under which a batch is found again. */
const KEY = 'assay_batch';
const OVER: ReadonlySet<string> = new Set(['completed', 'expired', 'cancelled', 'failed']);
/** Of a request that nobody worked on: nothing is charged for it. */
const UNASKED = /^batch_(expired|cancelled|canceled)$/;
/** A clock may be wrong by so much. */
const CLOCKS_MS = 24 * 3_600_000;

/**
 * OpenAI's batches, which Groq and others have too: a file of requests, a batch over it, files of answers and of errors.
 * @see https://platform.openai.com/docs/api-reference/batch
 */
export class OpenaiBatches implements BatchService {
  readonly name: string;
  readonly limits = { requests: 50_000, bytes: 190_000_000 };
  readonly settlesMs: number;
  readonly poll = { firstMs: 1_000, longestMs: 60_000 };
  readonly #calls: BatchCalls;
  readonly #protocol: Protocol;

  constructor(calls: BatchCalls, protocol: Protocol, settlesMs = 60_000) {
    this.name = calls.server.url;
    this.#calls = calls;
    this.#protocol = protocol;
    this.settlesMs = settlesMs;
  }

  async prepare({ key }: Batch, lines: readonly BatchLine[], signal?: AbortSignal): Promise<string> {
    const parts = lines.map(
      ({ customId, body }) =>
        `{"custom_id":${JSON.stringify(customId)},"method":"POST","url":${JSON.stringify(this.#endpoint)},"body":${body}}\n`,
    );
    const form = (): FormData => {
      const made = new FormData();
      made.set('purpose', 'batch');
      made.set('file', new Blob(parts, { type: 'application/jsonl' }), `assay-${key}.jsonl`);
      return made;
    };
    return (await this.#calls.upload('files', form, fileSchema, signal)).id;
  }

  async create(
    { key }: Batch,
    _: readonly BatchLine[],
    file: string | undefined,
    signal?: AbortSignal,
  ): Promise<string> {
    const body = {
      input_file_id: file,
      endpoint: this.#endpoint,
      completion_window: '24h',
      metadata: { [KEY]: key },
    };
    return (await this.#calls.create('batches', body, batchSchema, signal)).id;
  }

  async find(
    { key }: Batch,
    triedAt: number,
    _: ReadonlySet<string>,
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    let after = '';
    for (;;) {
      const page = await this.#calls.get(`batches?limit=100${after}`, pageSchema, signal);
      const found = page.data.find(({ metadata }) => metadata?.[KEY] === key);
      if (found !== undefined) return found.id;
      const last = page.data.at(-1);
      // The newest come first.
      if (last === undefined || page.has_more !== true || last.created_at * 1000 < triedAt - CLOCKS_MS)
        return undefined;
      after = `&after=${encodeURIComponent(last.id)}`;
    }
  }

  async look(id: string, signal?: AbortSignal): Promise<BatchState> {
    const batch = await this.#read(id, signal);
    const { status, request_counts: counts } = batch;
    const isEmpty = batch.output_file_id == null && batch.error_file_id == null;
    return {
      said: status,
      isOver: OVER.has(status),
      done: counts == null ? undefined : counts.completed + counts.failed,
      failure: OVER.has(status) && isEmpty ? nothing(id, batch) : undefined,
    };
  }

  async *results(id: string, _: Batch, __: BatchState, signal?: AbortSignal): AsyncGenerator<BatchResult> {
    const { output_file_id: outputs, error_file_id: errors } = await this.#read(id, signal);
    for (const file of [outputs, errors]) {
      if (file == null) continue;
      for await (const line of this.#calls.lines(`files/${encodeURIComponent(file)}/content`, signal)) {
        const result = this.#result(line);
        if (result !== undefined) yield result;
      }
    }
  }

  #result(text: string): BatchResult | undefined {
    const line = parsedLine(text, lineSchema);
    if (line === undefined) return undefined;
    const { custom_id: customId, response, error } = line;
    if (response == null) {
      if (UNASKED.test(error?.code ?? '')) return { customId, kind: 'unasked' };
      const said = error?.message ?? error?.code ?? 'without a reason';
      return { customId, kind: 'failed', error: new AssayError('RUNNER_FAILED', `the request failed: ${said}`) };
    }
    if (response.status_code !== 200)
      return { customId, kind: 'failed', error: this.#calls.server.lineError(response.status_code, response.body) };
    const answer = this.#protocol.read(response.body);
    return isAssayError(answer) ? { customId, kind: 'failed', error: answer } : { customId, kind: 'answered', answer };
  }

  get #endpoint(): string {
    return `/v1/${this.#protocol.path}`;
  }

  #read(id: string, signal: AbortSignal | undefined): Promise<z.output<typeof batchSchema>> {
    return this.#calls.get(`batches/${encodeURIComponent(id)}`, batchSchema, signal);
  }
}

/** Why a batch that is over has no answers. */
function nothing(id: string, { status, errors }: z.output<typeof batchSchema>): AssayError {
  const said = errors?.data?.map(({ message }) => message).filter((message) => message != null) ?? [];
  return new AssayError(
    'RUNNER_BATCH',
    `batch ${id} ended as ${status} without an answer${said.length === 0 ? '' : `: ${said.slice(0, 3).join('; ')}`}`,
    { hint: '`assay run --resume` sends its requests again; nothing was charged for them.' },
  );
}
