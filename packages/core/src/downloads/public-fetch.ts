import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { AssayError } from '../errors/assay-error.ts';
import { hostKind } from './host-kind.ts';

export type Fetch = typeof globalThis.fetch;

/** Requests under way to one public host and port. */
interface Called {
  requests: number;
  /** Whether nothing proves who answers: no certificate is looked at. */
  readonly isUnproven: boolean;
}

/** Public hosts that are being called, by protocol, name and port. */
const called = new Map<string, Called>();
/** Those that a proxy leads to, by whoever called them: connections to them are the proxy's, and may be used again. */
const proxied = new Set<string>();
let isWatching = false;

/**
 * A `fetch` that a public name leads into no private network, whatever the name led to when it was looked up before: the
 * address that a connection really has is looked at before anything is sent on it. Names that are private by themselves
 * are called: who may name them is decided elsewhere. A proxy looks names up itself, and no address is seen: what goes
 * through one over https is held to the server's certificate, and anything else is refused.
 * @param allowed names that may lead anywhere
 * @throws what fetch throws, with an AssayError CONFIG_NOT_ALLOWED as its cause
 */
export function publicFetch(allowed: readonly string[] = []): Fetch {
  return async (input, init) => {
    const { hostname, origin, protocol } = new URL(input instanceof Request ? input.url : input);
    if (hostKind(hostname) !== 'public' || allowed.includes(hostname)) return fetch(input, init);
    watch();
    const isUnproven = protocol !== 'https:' || process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0';
    const own = called.get(origin) ?? { requests: 0, isUnproven };
    called.set(origin, own);
    own.requests += 1;
    try {
      return await fetch(input, init);
    } finally {
      own.requests -= 1;
      if (own.requests === 0) called.delete(origin);
    }
  };
}

/**
 * Looks at every connection of this process's fetch, for good: it makes few. Once when it stands, and again before each
 * request, which may take one that somebody else was allowed to open.
 * @see https://undici.nodejs.org/#/docs/api/DiagnosticsChannel
 */
function watch(): void {
  if (isWatching) return;
  isWatching = true;
  subscribe('undici:client:connected', (message) => {
    const { connectParams, socket } = message as { connectParams: { protocol: string; host: string }; socket: Socket };
    look(new URL(`${connectParams.protocol}//${connectParams.host}`), socket);
  });
  subscribe('undici:client:sendHeaders', (message) => {
    const { request, socket } = message as { request: SentRequest; socket: Socket };
    for (const url of askedOfProxy(request)) {
      proxied.add(url.origin);
      look(url, socket);
    }
    look(new URL(request.origin), socket);
  });
}

interface SentRequest {
  readonly origin: string | URL;
  readonly method: string;
  readonly path: string;
}

/** What a request asks a proxy for: a tunnel to a host and port, or a whole address. */
function askedOfProxy({ method, path }: SentRequest): URL[] {
  if (method === 'CONNECT') return [new URL(`https://${path}`), new URL(`http://${path}`)];
  return /^https?:\/\//i.test(path) ? [new URL(path)] : [];
}

function look({ origin, hostname }: URL, socket: Socket): void {
  const own = called.get(origin);
  if (own === undefined) return;
  const { remoteAddress } = socket;
  if (proxied.has(origin)) {
    if (own.isUnproven) socket.destroy(notSeen(hostname));
  } else if (remoteAddress !== undefined && hostKind(remoteAddress) !== 'public')
    socket.destroy(notAllowed(hostname, remoteAddress));
}

const hintOf = (host: string) => `Look at the config; where you trust it with that, pass --allow-host ${host}`;

function notAllowed(host: string, address: string): AssayError {
  return new AssayError('CONFIG_NOT_ALLOWED', `${host} leads to ${address}, which is no public address`, {
    hint: hintOf(host),
  });
}

function notSeen(host: string): AssayError {
  const what = 'is called through a proxy without https: where it leads cannot be seen, and nothing proves who answers';
  return new AssayError('CONFIG_NOT_ALLOWED', `${host} ${what}`, { hint: hintOf(host) });
}
