import type { ServerResponse } from 'node:http';
import type { ApiError } from './api-error.ts';
import { exceptionFrame, payloadFrame } from './aws-event-stream.ts';

/** Server-sent events as they are, or each in a frame of AWS's event streams. */
export type Framing = 'plain' | 'aws';

const STREAM_TYPE: Readonly<Record<Framing, string>> = {
  plain: 'text/event-stream; charset=utf-8',
  aws: 'application/vnd.amazon.eventstream',
};

/** Bytes that a client may leave unread of a stream; beyond them it is cut off, so that memory stays bounded. */
const MOST_UNREAD = 8 * 2 ** 20;

/**
 * The answer to one request: one JSON value, or server-sent events. The status of a stream is sent with its first event, so
 * that a request which fails before it is answered with its own. Once the client has gone, nothing is sent.
 */
export class Reply {
  readonly #response: ServerResponse;
  readonly #framing: Framing;

  constructor(response: ServerResponse, framing: Framing = 'plain') {
    this.#response = response;
    this.#framing = framing;
  }

  json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): void {
    if (this.#response.headersSent || this.#isGone) return;
    const body = JSON.stringify(value);
    if (this.#framing === 'aws' && status === 200) {
      this.#write(body);
      this.#response.end();
      return;
    }
    this.text(status, body, { 'content-type': 'application/json; charset=utf-8', ...headers });
  }

  text(status: number, body: string, headers: Readonly<Record<string, string>>): void {
    if (this.#response.headersSent || this.#isGone) return;
    this.#response.writeHead(status, {
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      ...headers,
    });
    this.#response.end(body);
  }

  /** @param name of events that have one */
  event(value: object, name?: string): void {
    this.#write(`${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(value)}\n\n`);
  }

  /** @param last what ends the stream, of APIs that have such a mark */
  end(last?: '[DONE]'): void {
    if (this.#isGone) return;
    if (last !== undefined) this.#write(`data: ${last}\n\n`);
    this.#response.end();
  }

  /** A failure: by its status, or, once a stream has begun, as its last event. */
  fail(error: ApiError, headers: Readonly<Record<string, string>>, body: object, status = error.status): void {
    if (!this.#response.headersSent) this.json(status, body, headers);
    else if (this.#framing === 'aws') this.#response.end(exceptionFrame('ModelStreamError', error));
    else this.#response.end(`data: ${JSON.stringify(error.body())}\n\n`);
  }

  get #isGone(): boolean {
    return this.#response.writableEnded || this.#response.destroyed;
  }

  #write(text: string): void {
    const response = this.#response;
    if (this.#isGone) return;
    if (!response.headersSent) {
      const type = STREAM_TYPE[this.#framing];
      response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    }
    response.write(this.#framing === 'aws' ? payloadFrame(Buffer.from(text)) : text);
    if (response.writableLength > MOST_UNREAD) response.destroy();
  }
}
