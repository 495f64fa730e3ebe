import type { Stream } from '@assay/core';

/**
 * Starts work on what a source yields and yields the answers as they come. At most `limit` inputs are under way or
 * waiting to be taken, so a slow consumer holds back the source; leaving the loop closes the source.
 * After `signal` aborts, no more answers come.
 */
export async function* inCompletionOrder<T, R>(
  source: Stream<T>,
  limit: number,
  start: (input: T) => Promise<R>,
  signal?: AbortSignal,
): AsyncGenerator<R, void, undefined> {
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const ready: R[] = [];
  let running = 0;
  let pulling = false;
  let exhausted = false;
  let failure: { readonly error: unknown } | null = null;
  let wake = (): void => {};

  const fail = (error: unknown): void => {
    failure ??= { error };
    wake();
  };
  const pull = async (): Promise<void> => {
    pulling = true;
    while (!exhausted && failure === null && !signal?.aborted && running + ready.length < limit) {
      const next = await iterator.next();
      if (next.done) exhausted = true;
      else {
        running++;
        start(next.value).then((answer) => {
          running--;
          ready.push(answer);
          wake();
        }, fail);
      }
    }
    pulling = false;
    wake();
  };

  const abort = (): void => wake();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    while (!signal?.aborted) {
      if (!pulling && !exhausted) pull().catch(fail);
      if (failure !== null) throw (failure as { error: unknown }).error;
      if (ready.length > 0) yield ready.shift()!;
      else if (exhausted && running === 0) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    if (!exhausted) await iterator.return?.();
  }
}
