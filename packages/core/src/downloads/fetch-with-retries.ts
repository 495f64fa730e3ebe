import { isAssayError } from '../errors/assay-error.ts';
import { type AttemptOptions, Attempts } from './attempts.ts';
import { type Followed, type FollowOptions, followRedirects } from './follow-redirects.ts';

export interface RetryingOptions extends FollowOptions, AttemptOptions {}

/**
 * Fetches a URL; network failures, 408, 429 and 5xx (but 501) are tried again.
 * @returns the answer, whatever its status, or the network's last error
 * @throws the signal's reason; CONFIG_NOT_ALLOWED of a `publicFetch`
 */
export async function fetchWithRetries(url: string, options: RetryingOptions = {}): Promise<Followed | Error> {
  const attempts = new Attempts(options);
  for (;;) {
    const outcome = await followRedirects(url, options).catch((thrown: unknown) => thrown as Error);
    options.signal?.throwIfAborted();
    // A connection that we did not want: another try finds the same, or worse.
    if (outcome instanceof Error && isAssayError(outcome.cause)) throw outcome.cause;
    const response = outcome instanceof Error ? undefined : outcome.response;
    if ((response !== undefined && !isPassing(response.status)) || !attempts.failed()) return outcome;
    await response?.body?.cancel();
    await attempts.wait(Number(response?.headers.get('retry-after')));
  }
}

function isPassing(status: number): boolean {
  return (status >= 500 && status !== 501) || status === 429 || status === 408;
}
