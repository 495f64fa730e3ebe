/** Runners of this process by the endpoint that they ask: several models of a run may share one. */
const users = new Map<string, { count: number; readonly closing: (() => Promise<void>)[] }>();

/**
 * Counts a runner among those that ask an endpoint of the run. The runner gives what it would take down to the function that
 * is returned; all of it is taken down when the last one leaves.
 * @param endpoint names it among all runs and regions
 */
export function joinEndpoint(endpoint: string): (close: () => Promise<void>) => Promise<void> {
  const entry = users.get(endpoint) ?? { count: 0, closing: [] };
  users.set(endpoint, entry);
  entry.count += 1;
  return async (close) => {
    entry.closing.push(close);
    entry.count -= 1;
    if (entry.count > 0) return;
    users.delete(endpoint);
    for (const each of entry.closing) await each();
  };
}
