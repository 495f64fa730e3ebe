import { setTimeout as sleep } from 'node:timers/promises';
import { type Followed, type FollowOptions, followRedirects } from './follow-redirects.ts';

export interface RetryingOptions extends FollowOptions {
  /** First wait before another try, in milliseconds; it doubles each time. @default 500 */
  readonly retryDelayMs?: number | undefined;
}

/** Tries in a row that brought nothing before a request is given up. */
export const MAX_ATTEMPTS = 5;

/**
 * Fetches a URL; network failures, 408, 429 and 5xx (but 501) are tried again.
 * @returns the answer, whatever its status, or the network's last error
 * @throws the signal's reason
 */
export async function fetchWithRetries(url: string, options: RetryingOptions = {}): Promise<Followed | Error> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await followRedirects(url, options).catch((thrown: unknown) => thrown as Error);
    options.signal?.throwIfAborted();
    if (!(outcome instanceof Error) && !isPassing(outcome.response.status)) return outcome;
    if (attempt === MAX_ATTEMPTS) return outcome;
    if (!(outcome instanceof Error)) await outcome.response.body?.cancel();
    await sleep(waitMs(outcome, attempt, options.retryDelayMs), undefined, { signal: options.signal });
  }
}

function isPassing(status: number): boolean {
  return (status >= 500 && status !== 501) || status === 429 || status === 408;
}

/** Milliseconds: Retry-After where the server sends one, at most a minute; else doubling, at most 15 seconds. */
export function waitMs(outcome: Followed | Error, attempt: number, retryDelayMs = 500): number {
  const asked = outcome instanceof Error ? 0 : Number(outcome.response.headers.get('retry-after'));
  if (asked > 0) return Math.min(asked, 60) * 1000;
  return Math.min(retryDelayMs * 2 ** (attempt - 1), 15_000);
}
