import type { Reply } from './reply.ts';
import type { ResponseHead } from './response-head.ts';

/** The events of a streamed response: one message with one part of text. */
export class ResponseEvents {
  readonly #reply: Reply;
  readonly #head: ResponseHead;
  readonly #place: object;
  #sequence = 0;
  #isBegun = false;

  constructor(reply: Reply, head: ResponseHead) {
    this.#reply = reply;
    this.#head = head;
    this.#place = { item_id: this.#itemId, output_index: 0, content_index: 0 };
  }

  delta(delta: string, logprobs: readonly object[]): void {
    this.#begin();
    this.#send('response.output_text.delta', { ...this.#place, delta, logprobs });
  }

  /** @param whole the response as it would have come without a stream */
  end(whole: ResponseHead): void {
    this.#begin();
    const item = whole.output[0] as {
      readonly content: readonly [{ readonly text: string; readonly logprobs: object }];
    };
    const [part] = item.content;
    this.#send('response.output_text.done', { ...this.#place, text: part.text, logprobs: part.logprobs });
    this.#send('response.content_part.done', { ...this.#place, part });
    this.#send('response.output_item.done', { output_index: 0, item });
    this.#send(whole.status === 'completed' ? 'response.completed' : 'response.incomplete', { response: whole });
    this.#reply.end();
  }

  get #itemId(): string {
    return this.#head.id.replace('resp_', 'msg_');
  }

  /** Sent with the first text, so that a request which fails before is answered with its own status. */
  #begin(): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.#send('response.created', { response: this.#head });
    this.#send('response.in_progress', { response: this.#head });
    const item = { type: 'message', id: this.#itemId, status: 'in_progress', role: 'assistant', content: [] };
    this.#send('response.output_item.added', { output_index: 0, item });
    const part = { type: 'output_text', text: '', annotations: [], logprobs: [] };
    this.#send('response.content_part.added', { ...this.#place, part });
  }

  #send(type: string, value: object): void {
    this.#reply.event({ type, sequence_number: this.#sequence++, ...value }, type);
  }
}
