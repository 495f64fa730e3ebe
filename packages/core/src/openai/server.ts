import { networkError } from '../calls/network-error.ts';
import { readText } from '../calls/read-text.ts';
import { AssayError } from '../errors/assay-error.ts';
import type { OpenaiModel } from './openai-model.ts';
import { httpError } from './openai-wire.ts';

/** Of an answer, or of a line of one, no more is read. */
const MAX_ANSWER_BYTES = 64 * 2 ** 20;

export interface ServerOptions {
  readonly model: OpenaiModel;
  readonly key: string | undefined;
  /** The protocol's; those of the config go before them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
}

/** One model's server: requests with its key, and what it answers as JSON or as an error. */
export class Server {
  readonly url: string;
  readonly #options: ServerOptions;

  constructor(options: ServerOptions) {
    this.url = options.model.openai.base_url.replace(/\/+$/, '');
    this.#options = options;
  }

  /** One attempt. @throws AssayError */
  async json(method: 'GET' | 'POST', path: string, body: unknown, signal: AbortSignal): Promise<unknown> {
    const { url, response } = await this.#ask(method, path, body, signal);
    const text = await this.#text(response, url, signal);
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      const shown = JSON.stringify(this.#shown(text).slice(0, 80));
      throw new AssayError('RUNNER_FAILED', `${url} answered something that is not JSON: ${shown}`, { cause });
    }
  }

  /** The lines of an answer as they come, empty ones left out. @throws AssayError */
  async *lines(path: string, signal: AbortSignal): AsyncGenerator<string> {
    const { url, response } = await this.#ask('GET', path, undefined, signal);
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for await (const chunk of response.body ?? []) {
        const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
        rest = parts.pop()!;
        if (rest.length > MAX_ANSWER_BYTES) throw new Error(`a line is longer than ${MAX_ANSWER_BYTES} bytes`);
        for (const line of parts) if (line.trim() !== '') yield line;
      }
    } catch (cause) {
      throw this.#broken(cause, url, signal);
    }
    rest += decoder.decode();
    if (rest.trim() !== '') yield rest;
  }

  /** What a line of a batch says of a request that failed, as the error that the same answer alone would be. */
  lineError(status: number, body: unknown): AssayError {
    return httpError({ status }, this.#shown(JSON.stringify(body ?? '')), this.url, this.#keyName);
  }

  get #keyName(): string | undefined {
    return this.#options.model.openai.api_key_env;
  }

  async #ask(
    method: string,
    path: string,
    body: unknown,
    signal: AbortSignal,
  ): Promise<{ readonly url: string; readonly response: Response }> {
    const { model, headers, fetch } = this.#options;
    const url = `${this.url}/${path}`;
    const isForm = body instanceof FormData;
    const sent = body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) };
    const type = isForm || body === undefined ? {} : { 'content-type': 'application/json' };
    let response: Response;
    try {
      // Its key is for this host: a redirect is an answer like any other.
      const given = { ...type, ...headers, ...model.openai.headers };
      response = await fetch(url, { method, headers: given, ...sent, signal, redirect: 'manual' });
    } catch (cause) {
      throw this.#broken(cause, url, signal);
    }
    if (response.ok) return { url, response };
    throw httpError(response, this.#shown(await this.#text(response, url, signal)), url, this.#keyName);
  }

  async #text(response: Response, url: string, signal: AbortSignal): Promise<string> {
    try {
      return await readText(response, MAX_ANSWER_BYTES);
    } catch (cause) {
      throw this.#broken(cause, url, signal);
    }
  }

  #broken(cause: unknown, url: string, signal: AbortSignal): unknown {
    return signal.aborted ? cause : networkError(cause, url, 'Is the server running, and openai.base_url right?');
  }

  #shown(text: string): string {
    const { key } = this.#options;
    return key === undefined || key === '' ? text : text.replaceAll(key, '…');
  }
}
