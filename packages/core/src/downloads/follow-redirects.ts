import { hostKind } from './host-kind.ts';
import type { Fetch } from './public-fetch.ts';

/** An answer, and what the servers on the way to it said. */
export interface Followed {
  readonly response: Response;
  /** Headers of each redirect, in order. */
  readonly hops: readonly Headers[];
}

export interface FollowOptions {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH';
  readonly headers?: Readonly<Record<string, string>>;
  /** A request with a body is never sent on: its redirect comes back as the answer. */
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until an answer must have begun. @default as fetch waits, 5 minutes */
  readonly timeoutMs?: number | undefined;
  /** What asks each host on the way. @default the global fetch */
  readonly fetch?: Fetch | undefined;
}

const MAX_HOPS = 10;

/**
 * Fetches a URL through its redirects. `authorization` goes to the first host only.
 * Done here, not by fetch, because the hub puts a file's digest on the redirect and fetch does not show that.
 * @throws the network's error, or one that says why a redirect is not followed
 */
export async function followRedirects(url: string, options: FollowOptions = {}): Promise<Followed> {
  const hops: Headers[] = [];
  const { origin } = new URL(url);
  const { authorization, ...open } = options.headers ?? {};
  let isTrusted = true;
  for (let place = new URL(url); ; ) {
    isTrusted &&= place.origin === origin;
    const response = await (options.fetch ?? fetch)(place, {
      method: options.method ?? 'GET',
      redirect: 'manual',
      headers: isTrusted && authorization !== undefined ? { ...open, authorization } : open,
      body: options.body ?? null,
      signal: signalOf(options),
    });
    const location = response.headers.get('location');
    const isRedirect = [301, 302, 303, 307, 308].includes(response.status) && location !== null;
    if (!isRedirect || options.body !== undefined) return { response, hops };
    await response.body?.cancel();
    hops.push(response.headers);
    if (hops.length > MAX_HOPS) throw new Error(`more than ${MAX_HOPS} redirects`);
    const next = new URL(location, place);
    if (!/^https?:$/.test(next.protocol)) throw new Error(`it redirects to ${next.protocol}`);
    if (hostKind(next.hostname) !== 'public' && hostKind(new URL(url).hostname) === 'public')
      throw new Error(`it redirects to ${next.hostname}, which is no public host`);
    if (place.protocol === 'https:' && next.protocol === 'http:') throw new Error('it redirects from https to http');
    place = next;
  }
}

function signalOf({ signal, timeoutMs }: FollowOptions): AbortSignal | null {
  const signals = [
    ...(signal === undefined ? [] : [signal]),
    ...(timeoutMs === undefined ? [] : [AbortSignal.timeout(timeoutMs)]),
  ];
  return signals.length === 0 ? null : AbortSignal.any(signals);
}
