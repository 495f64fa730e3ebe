import {
  echo,
  jsonResponse,
  linesResponse,
  type VendorJob,
  VendorJobs,
  type VendorOptions,
  type VendorRequest,
} from './vendor-jobs.ts';

/**
 * OpenAI's files and batches as its API reference and its own client have them; whatever is not as documented is refused.
 * @see https://platform.openai.com/docs/api-reference/batch
 */
export class OpenaiVendor extends VendorJobs {
  readonly files = new Map<string, string>();
  #ids = 0;

  constructor(options: VendorOptions = {}) {
    super(options);
  }

  handle = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const { key } = this.options;
    if (key !== undefined && request.headers.get('authorization') !== `Bearer ${key}`)
      return failure(401, 'Incorrect API key provided', 'invalid_api_key');
    const path = url.pathname.replace(/^\/v1/, '');
    const [, room, id, part] = path.split('/');
    if (room === 'files' && request.method === 'POST' && id === undefined) return this.#upload(request);
    if (room === 'files' && request.method === 'GET' && part === 'content') return this.#content(id!);
    if (room === 'batches' && request.method === 'POST' && id === undefined) return this.#create(request);
    if (room === 'batches' && request.method === 'GET') return id === undefined ? this.#list(url) : this.#retrieve(id);
    if (room === 'batches' && request.method === 'POST' && part === 'cancel') return this.#retrieve(id!);
    return failure(404, `Invalid URL (${request.method} ${url.pathname})`, null);
  };

  #id(kind: string): string {
    this.#ids += 1;
    return `${kind}_${String(this.#ids).padStart(6, '0')}`;
  }

  async #upload(request: Request): Promise<Response> {
    const form = await request.formData();
    const file = form.get('file');
    if (form.get('purpose') !== 'batch' || !(file instanceof Blob))
      return failure(400, 'purpose batch, and a file', null);
    const id = this.#id('file');
    this.files.set(id, await file.text());
    const { name } = file as File;
    const created = { created_at: this.#seconds(), bytes: file.size };
    return jsonResponse(200, { id, object: 'file', purpose: 'batch', filename: name, status: 'processed', ...created });
  }

  #content(id: string): Response {
    const [kind, of] = id.split('-');
    const job = of === undefined ? undefined : this.find(of);
    if (job?.outcomes === undefined) return failure(404, `No such File object: ${id}`, null);
    const isOutput = kind === 'output';
    const own = job.requests.filter(({ customId }) => (job.outcomes!.get(customId) === 'succeeded') === isOutput);
    return linesResponse(own.map((each) => this.#line(job, each)));
  }

  #line(job: VendorJob, request: VendorRequest): unknown {
    const { customId, body } = request;
    const outcome = job.outcomes!.get(customId)!;
    const base = { id: `batch_req_${customId.slice(0, 8)}`, custom_id: customId };
    if (outcome === 'expired' || outcome === 'canceled') {
      const code = outcome === 'expired' ? 'batch_expired' : 'batch_cancelled';
      return { ...base, response: null, error: { code, message: 'This request could not be executed in time.' } };
    }
    if (outcome === 'errored') {
      const error = { message: 'a parameter is wrong', type: 'invalid_request_error', code: null, param: null };
      return { ...base, response: { status_code: 400, request_id: 'r', body: { error } }, error: null };
    }
    const answer = {
      ...{ id: 'chatcmpl-1', object: 'chat.completion', created: this.#seconds(), model: body.model },
      choices: [{ index: 0, message: { role: 'assistant', content: echo(request) }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
    };
    return { ...base, response: { status_code: 200, request_id: 'r', body: answer }, error: null };
  }

  async #create(request: Request): Promise<Response> {
    const given = (await request.json()) as Record<string, unknown>;
    const text = this.files.get(String(given.input_file_id));
    if (text === undefined) return failure(400, `invalid input_file_id`, null);
    if (given.completion_window !== '24h' || given.endpoint !== '/v1/chat/completions')
      return failure(400, 'invalid completion_window or endpoint', null);
    const requests = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => requestOf(line, given.endpoint as string));
    const ids = new Set(requests.map(({ customId }) => customId));
    if (ids.size !== requests.length || requests.length === 0) return failure(400, 'custom_id must be unique', null);
    const metadata = (given.metadata ?? {}) as Record<string, string>;
    for (const [name, value] of Object.entries(metadata))
      if (name.length > 64 || value.length > 512) return failure(400, 'metadata too long', null);
    const job = this.add(this.#id('batch'), requests, metadata);
    return jsonResponse(200, this.#batch(job, String(given.input_file_id)));
  }

  #list(url: URL): Response {
    const limit = Number(url.searchParams.get('limit') ?? 20);
    const listed = this.listed();
    const after = url.searchParams.get('after');
    const from = after === null ? 0 : listed.findIndex(({ id }) => id === after) + 1;
    const data = listed.slice(from, from + limit).map((job) => this.#batch(job));
    const has = { has_more: from + limit < listed.length };
    return jsonResponse(200, { object: 'list', data, first_id: data[0]?.id, last_id: data.at(-1)?.id, ...has });
  }

  #retrieve(id: string): Response {
    const job = this.find(id);
    if (job === undefined) return failure(404, `No batch found with id '${id}'`, null);
    this.advance(job);
    return jsonResponse(200, this.#batch(job));
  }

  #batch(job: VendorJob, input = 'file'): { readonly id: string } {
    const { id, fate, outcomes, metadata, createdAt, requests } = job;
    const status = outcomes === undefined ? 'in_progress' : fate === 'errors' ? 'completed' : fate;
    const of = (...kinds: string[]) => [...(outcomes?.values() ?? [])].filter((each) => kinds.includes(each)).length;
    const isFailed = status === 'failed';
    const others = of('errored', 'expired', 'canceled');
    return {
      ...{ id, object: 'batch', endpoint: '/v1/chat/completions', completion_window: '24h', input_file_id: input },
      ...{ status, created_at: Math.floor(createdAt / 1000), metadata },
      ...(outcomes === undefined || isFailed || of('succeeded') === 0 ? {} : { output_file_id: `output-${id}` }),
      ...(outcomes === undefined || isFailed || others === 0 ? {} : { error_file_id: `errors-${id}` }),
      ...(isFailed
        ? {
            errors: {
              object: 'list',
              data: [{ code: 'invalid', message: 'Enqueued token limit reached', line: null }],
            },
          }
        : {}),
      request_counts: { total: requests.length, completed: of('succeeded'), failed: of('errored') },
    } as { readonly id: string };
  }

  #seconds(): number {
    return Math.floor(this.now / 1000);
  }
}

function requestOf(line: string, endpoint: string): VendorRequest {
  const given = JSON.parse(line) as { custom_id: string; method: string; url: string; body: Record<string, unknown> };
  if (given.method !== 'POST' || given.url !== endpoint) throw new Error(`a line for ${given.method} ${given.url}`);
  return { customId: given.custom_id, body: given.body };
}

function failure(status: number, message: string, code: string | null): Response {
  return jsonResponse(status, { error: { message, type: 'invalid_request_error', param: null, code } });
}
