import type { ServerResponse } from 'node:http';

const EVENT_STREAM = 'text/event-stream; charset=utf-8';

/**
 * Server-sent events as OpenAI's clients read them: one JSON value an event, `[DONE]` at the end. The status is sent
 * with the first event, so that a request which fails before it is answered with its own.
 */
export class EventStream {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  send(value: unknown): void {
    const response = this.#response;
    if (response.writableEnded || response.destroyed) return;
    if (!response.headersSent) {
      response.writeHead(200, { 'content-type': EVENT_STREAM, 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    }
    response.write(`data: ${JSON.stringify(value)}\n\n`);
  }

  end(): void {
    if (!this.#response.writableEnded) this.#response.end('data: [DONE]\n\n');
  }
}
