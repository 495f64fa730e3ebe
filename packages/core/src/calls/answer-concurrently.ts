import { setMaxListeners } from 'node:events';
import type { Stream } from '../runner/runner.ts';
import type { Concurrency } from './endpoint-limits.ts';

/** Answers that may wait for the reader before no more requests are pulled. */
const UNREAD = 1024;

/**
 * Answers a stream of requests in completion order, pulling one request ahead of the room there is.
 * Ends early, with its calls aborted, when `signal` aborts or the reader stops reading.
 * @param answer gets the ticket of the concurrency and must not throw for a failed request
 */
export async function* answerConcurrently<Request, Answer>(
  requests: Stream<Request>,
  concurrency: Concurrency,
  answer: (request: Request, ticket: number, signal: AbortSignal) => Promise<Answer>,
  signal?: AbortSignal,
): AsyncGenerator<Answer> {
  const answers: Answer[] = [];
  const stop = new AbortController();
  // Every request under way listens.
  setMaxListeners(0, stop.signal);
  let underWay = 0;
  let exhausted = false;
  let failure: { readonly thrown: unknown } | undefined;
  let wake = (): void => {};
  let resume = (): void => {};
  const onAbort = (): void => {
    stop.abort(signal!.reason);
    wake();
    resume();
  };
  const fail = (thrown: unknown): void => {
    failure ??= { thrown };
    stop.abort(thrown);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();

  const ask = async (request: Request, ticket: number): Promise<void> => {
    try {
      const result = await answer(request, ticket, stop.signal);
      if (!stop.signal.aborted) answers.push(result);
    } catch (thrown) {
      if (!stop.signal.aborted) fail(thrown);
    } finally {
      underWay -= 1;
      concurrency.release();
      wake();
    }
  };
  const iterator = iteratorOf(requests);
  const pull = async (): Promise<void> => {
    try {
      while (!stop.signal.aborted) {
        // Pulled before there is room, not after: a stream that waits for requests must not hold the room of others.
        const next = await iterator.next();
        if (next.done === true) break;
        while (answers.length > UNREAD && !stop.signal.aborted) {
          await new Promise<void>((resolve) => {
            resume = resolve;
          });
        }
        const ticket = await concurrency.acquire();
        if (stop.signal.aborted) {
          concurrency.release();
          break;
        }
        underWay += 1;
        void ask(next.value, ticket);
      }
    } catch (thrown) {
      fail(thrown);
    } finally {
      exhausted = true;
      wake();
    }
  };
  void pull();

  try {
    for (;;) {
      const next = answers.shift();
      if (next !== undefined) {
        resume();
        yield next;
      } else if (failure !== undefined) throw failure.thrown;
      else if (stop.signal.aborted || (exhausted && underWay === 0)) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    stop.abort(new DOMException('nobody reads the answers any more', 'AbortError'));
    resume();
    if (!exhausted) void Promise.resolve(iterator.return?.(undefined)).catch(() => {});
  }
}

function iteratorOf<T>(stream: Stream<T>): Iterator<T> | AsyncIterator<T> {
  return Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : stream[Symbol.iterator]();
}
