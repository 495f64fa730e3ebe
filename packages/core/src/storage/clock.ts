/** Time as code that waits sees it, so that tests can make it pass. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves in a later turn of the event loop, for 0 ms too. Rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  // Monotonic: a clock set forward must not make requests late.
  now: () => performance.timeOrigin + performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal!.reason);
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      if (ms === 0) {
        setImmediate(wake);
        return;
      }
      const timer = setTimeout(wake, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};
