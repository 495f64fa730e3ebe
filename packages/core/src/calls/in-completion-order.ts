import type { Stream } from '../runner/runner.ts';

/**
 * Works on a stream with at most `limit` under way and gives the results as they finish. Pulls the next request only
 * when there is room, which is all the back-pressure a runner needs, and never waits for one while a result is ready.
 * `work` reports a failed request as a result; what it throws ends the stream. Once `signal` aborts no more results come.
 */
export async function* inCompletionOrder<Request, Result>(
  requests: Stream<Request>,
  limit: number,
  work: (request: Request) => Result | Promise<Result>,
  signal?: AbortSignal,
): AsyncGenerator<Result> {
  const source = iterate(requests);
  const finished: Result[] = [];
  let underWay = 0;
  let arrived: IteratorResult<Request> | undefined;
  let isPulling = false;
  let isEnded = false;
  let failure: { readonly error: unknown } | undefined;
  let wake = (): void => {};

  const fail = (error: unknown): void => {
    failure ??= { error };
    wake();
  };
  const pull = (): void => {
    const next = source.next();
    if (!(next instanceof Promise)) {
      arrived = next;
      return;
    }
    isPulling = true;
    next.then((result) => {
      arrived = result;
      isPulling = false;
      wake();
    }, fail);
  };
  const start = (request: Request): void => {
    const result = work(request);
    if (!(result instanceof Promise)) {
      finished.push(result);
      return;
    }
    underWay++;
    result.then((value) => {
      finished.push(value);
      underWay--;
      wake();
    }, fail);
  };

  const onAbort = (): void => wake();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    while (signal?.aborted !== true) {
      if (failure !== undefined) throw failure.error;
      if (finished.length > 0) yield finished.shift()!;
      else if (arrived !== undefined) {
        const { done, value } = arrived;
        arrived = undefined;
        if (done === true) isEnded = true;
        else start(value);
      } else if (isEnded && underWay === 0) {
        return;
      } else if (!isEnded && !isPulling && underWay < limit) {
        pull();
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    if (!isEnded) await source.return?.();
  }
}

function iterate<T>(stream: Stream<T>): Iterator<T> | AsyncIterator<T> {
  return Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : stream[Symbol.iterator]();
}
