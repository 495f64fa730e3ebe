const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `stop` when the signal aborts, as an event listener would. An EventTarget looks through all of its listeners at each
 * addition; of this kind a thousand may wait on one signal.
 * @returns takes the listener away again
 */
export function whenAborted(signal: AbortSignal | undefined, stop: () => void): () => void {
  if (signal === undefined) return () => {};
  let all = listeners.get(signal);
  if (all === undefined) {
    const made = new Set<() => void>();
    const tell = (): void => {
      for (const each of [...made]) each();
    };
    signal.addEventListener('abort', tell, { once: true });
    listeners.set(signal, made);
    all = made;
  }
  all.add(stop);
  const waiting = all;
  return () => waiting.delete(stop);
}
