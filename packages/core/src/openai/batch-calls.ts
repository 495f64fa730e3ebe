import type { z } from 'zod';
import type { RetryBudget } from '../calls/retry.ts';
import { AssayError, isAssayError } from '../errors/assay-error.ts';
import type { Server } from './server.ts';

/** Longest time of one request: a file of 200 MB has to fit. */
const REQUEST_MS = 600_000;

/** The requests of a batch service: reads are made again, and what is answered must have its shape. */
export class BatchCalls {
  readonly server: Server;
  readonly #retries: RetryBudget;

  constructor(server: Server, retries: RetryBudget) {
    this.server = server;
    this.#retries = retries;
  }

  get<T>(path: string, shape: z.ZodType<T>, signal: AbortSignal | undefined): Promise<T> {
    return this.#again(path, (stop) => this.server.json('GET', path, undefined, stop), shape, signal);
  }

  /** What may be made again: an upload costs nothing. */
  upload<T>(path: string, form: () => FormData, shape: z.ZodType<T>, signal: AbortSignal | undefined): Promise<T> {
    return this.#again(path, (stop) => this.server.json('POST', path, form(), stop), shape, signal);
  }

  /** One attempt: what is made twice is paid twice. */
  async create<T>(path: string, body: unknown, shape: z.ZodType<T>, signal: AbortSignal | undefined): Promise<T> {
    const late = AbortSignal.timeout(REQUEST_MS);
    const stop = signal === undefined ? late : AbortSignal.any([late, signal]);
    try {
      return this.#shaped(path, await this.server.json('POST', path, body, stop), shape);
    } catch (thrown) {
      signal?.throwIfAborted();
      if (!isAssayError(thrown) && late.aborted)
        throw new AssayError('RUNNER_TIMEOUT', `no answer from ${this.server.url}/${path} in ${REQUEST_MS / 1000} s`);
      throw thrown;
    }
  }

  lines(path: string, signal: AbortSignal | undefined): AsyncIterable<string> {
    return this.server.lines(path, signal ?? new AbortController().signal);
  }

  async #again<T>(
    path: string,
    call: (signal: AbortSignal) => Promise<unknown>,
    shape: z.ZodType<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const result = await this.#retries.run(path, (_, stop) => call(stop), signal);
    if (!result.ok) throw result.error;
    return this.#shaped(path, result.value, shape);
  }

  #shaped<T>(path: string, value: unknown, shape: z.ZodType<T>): T {
    const parsed = shape.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? '' : `: ${issue.path.join('.')} ${issue.message}`;
    throw new AssayError('RUNNER_FAILED', `${this.server.url}/${path} answers nothing that a batch is${where}`, {
      hint: 'Does this server have the batch API? `mode: realtime` needs none.',
    });
  }
}

/** A line of results. @returns undefined where it has not its shape, which is a request without an answer */
export function parsedLine<T>(line: string, shape: z.ZodType<T>): T | undefined {
  try {
    return shape.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
