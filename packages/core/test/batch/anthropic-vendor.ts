import { echo, jsonResponse, linesResponse, type VendorJob, VendorJobs, type VendorRequest } from './vendor-jobs.ts';

/**
 * Anthropic's message batches as its API reference and its own client have them; whatever is not as documented is refused.
 * @see https://docs.anthropic.com/en/api/creating-message-batches
 */
export class AnthropicVendor extends VendorJobs {
  #ids = 0;

  handle = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const { key } = this.options;
    const version = request.headers.get('anthropic-version') ?? '';
    if (version !== '2026-10-21' && version !== '2023-06-01')
      return failure(400, 'invalid_request_error', 'anthropic-version: header is required');
    const given =
      version === '2023-06-01'
        ? request.headers.get('x-api-key')
        : request.headers.get('authorization')?.replace(/^Bearer /, '');
    if (key !== undefined && given !== key) return failure(401, 'authentication_error', 'invalid key');
    const [, , room, batches, id, part] = url.pathname.split('/');
    if (room !== 'messages') return failure(404, 'not_found_error', 'Not found');
    if (batches === undefined && request.method === 'POST') {
      const body = (await request.json()) as Record<string, unknown>;
      return invalidParams(body, version) ?? jsonResponse(200, message({ customId: '', body }));
    }
    if (request.method === 'POST' && id === undefined) return this.#create(request, version);
    if (request.method === 'POST' && part === 'cancel') return this.#retrieve(id!, url);
    if (request.method === 'GET' && id === undefined) return this.#list(url);
    if (request.method === 'GET' && part === 'results') return this.#results(id!);
    if (request.method === 'GET') return this.#retrieve(id!, url);
    return failure(404, 'not_found_error', 'Not found');
  };

  /** A batch of someone else in the same workspace. */
  addForeign(requests: number): void {
    const texts = Array.from({ length: requests }, (_, i) => ({ customId: `theirs-${this.#ids}-${i}`, body: {} }));
    this.#ids += 1;
    this.add(
      `msgbatch_${String(this.#ids).padStart(6, '0')}`,
      texts.map(({ customId }) => ({ customId, body: FOREIGN })),
    );
  }

  async #create(request: Request, version: string): Promise<Response> {
    const { requests = [], ...others } = (await request.json()) as {
      readonly requests?: { readonly custom_id: string; readonly params: Record<string, unknown> }[];
    };
    const [extra] = Object.keys(others);
    if (extra !== undefined) return failure(400, 'invalid_request_error', `${extra}: Extra inputs are not permitted`);
    const taken: VendorRequest[] = [];
    for (const { custom_id: customId, params } of requests) {
      if (!/^[a-zA-Z0-9_-]{1,64}$/.test(customId))
        return failure(400, 'invalid_request_error', 'requests.0.custom_id: String should match pattern');
      const wrong = invalidParams(params, version);
      if (wrong !== undefined) return wrong;
      taken.push({ customId, body: params });
    }
    if (new Set(taken.map(({ customId }) => customId)).size !== taken.length || taken.length === 0)
      return failure(400, 'invalid_request_error', 'custom_id must be unique');
    this.#ids += 1;
    const job = this.add(`msgbatch_${String(this.#ids).padStart(6, '0')}`, taken);
    return jsonResponse(200, this.#batch(job, new URL(request.url)));
  }

  #list(url: URL): Response {
    const limit = Number(url.searchParams.get('limit') ?? 20);
    const listed = this.listed();
    const after = url.searchParams.get('after_id');
    const from = after === null ? 0 : listed.findIndex(({ id }) => id === after) + 1;
    const data = listed.slice(from, from + limit).map((job) => this.#batch(job, url));
    const has = { has_more: from + limit < listed.length };
    return jsonResponse(200, { data, ...has, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null });
  }

  #retrieve(id: string, url: URL): Response {
    const job = this.find(id);
    if (job === undefined) return failure(404, 'not_found_error', `Batch ${id} not found`);
    this.advance(job);
    return jsonResponse(200, this.#batch(job, url));
  }

  #results(id: string): Response {
    const job = this.find(id);
    if (job?.outcomes === undefined) return failure(404, 'not_found_error', `Batch ${id} has no available results`);
    return linesResponse(
      job.requests.map((request) => ({ custom_id: request.customId, result: result(job, request) })),
    );
  }

  #batch(job: VendorJob, { origin }: URL): { readonly id: string } {
    const { id, outcomes, createdAt, requests, fate } = job;
    const isOver = outcomes !== undefined;
    const of = (kind: string) => [...(outcomes?.values() ?? [])].filter((each) => each === kind).length;
    const counts = {
      succeeded: of('succeeded'),
      errored: of('errored'),
      canceled: of('canceled'),
      expired: of('expired'),
    };
    const time = (ms: number) => new Date(ms).toISOString();
    return {
      ...{ id, type: 'message_batch', processing_status: isOver ? 'ended' : 'in_progress' },
      request_counts: { processing: isOver ? 0 : requests.length, ...counts },
      ...{ created_at: time(createdAt), expires_at: time(createdAt + 86_400_000), archived_at: null },
      ended_at: isOver ? time(this.now) : null,
      cancel_initiated_at: isOver && fate === 'cancelled' ? time(createdAt) : null,
      results_url: isOver ? `${origin}/v1/messages/batches/${id}/results` : null,
    } as { readonly id: string };
  }
}

const FOREIGN = { messages: [{ role: 'user', content: 'theirs' }], model: 'm', max_tokens: 1 };

function result(job: VendorJob, request: VendorRequest): unknown {
  const outcome = job.outcomes!.get(request.customId)!;
  if (outcome === 'succeeded') return { type: 'succeeded', message: message(request) };
  if (outcome !== 'errored') return { type: outcome };
  const error = { type: 'invalid_request_error', message: 'messages: text content blocks must be non-empty' };
  return { type: 'errored', error: { type: 'error', error, request_id: 'req_1' } };
}

function message(request: VendorRequest): unknown {
  return {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model: request.body.model },
    content: [{ type: 'text', text: echo(request) }],
    ...{ stop_reason: 'end_turn', stop_sequence: null },
    usage: { input_tokens: 5, output_tokens: 2, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
  };
}

/** Keys of a request that are sent here, as its reference has them; an earlier version knew those of sampling. */
const PARAMS = new Set(['model', 'messages', 'max_tokens', 'system', 'stop_sequences', 'output_config']);
const SAMPLING = new Set(['temperature', 'top_p', 'top_k']);

function invalidParams(params: Record<string, unknown>, version: string): Response | undefined {
  const isKnown = (name: string) => PARAMS.has(name) || (version === '2023-06-01' && SAMPLING.has(name));
  const extra = Object.keys(params).find((name) => !isKnown(name));
  if (extra !== undefined) return failure(400, 'invalid_request_error', `${extra}: Extra inputs are not permitted`);
  const { messages, max_tokens: tokens, model } = params;
  const isWhole =
    Array.isArray(messages) && messages.length > 0 && typeof tokens === 'number' && typeof model === 'string';
  if (!isWhole) return failure(400, 'invalid_request_error', 'messages, max_tokens and model: Field required');
  const roles = (messages as { role: string }[]).map(({ role }) => role);
  if (roles.some((role) => role !== 'user' && role !== 'assistant'))
    return failure(400, 'invalid_request_error', 'messages: Unexpected role "system"');
  return undefined;
}

function failure(status: number, type: string, text: string): Response {
  return jsonResponse(status, { type: 'error', error: { type, message: text }, request_id: 'req_1' });
}
