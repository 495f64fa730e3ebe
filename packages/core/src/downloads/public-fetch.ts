import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { AssayError } from '../errors/assay-error.ts';
import { hostKind } from './host-kind.ts';

export type Fetch = typeof globalThis.fetch;

/** Public names that are being called, each with its requests under way. */
const called = new Map<string, number>();
let isWatching = false;

/**
 * A `fetch` that a public name leads into no private network, whatever the name led to when it was looked up before: the
 * address that a connection really has is looked at before anything is sent on it. Names that are private by themselves
 * are called: who may name them is decided elsewhere.
 * @param allowed names that may lead anywhere
 * @throws what fetch throws, with an AssayError CONFIG_NOT_ALLOWED as its cause
 */
export function publicFetch(allowed: readonly string[] = []): Fetch {
  return async (input, init) => {
    const { hostname } = new URL(input instanceof Request ? input.url : input);
    if (hostKind(hostname) !== 'public' || allowed.includes(hostname)) return fetch(input, init);
    watch();
    called.set(hostname, (called.get(hostname) ?? 0) + 1);
    try {
      return await fetch(input, init);
    } finally {
      const others = (called.get(hostname) ?? 1) - 1;
      if (others > 0) called.set(hostname, others);
      else called.delete(hostname);
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
    const { connectParams, socket } = message as { connectParams: { hostname: string }; socket: Socket };
    look(connectParams.hostname, socket);
  });
  subscribe('undici:client:sendHeaders', (message) => {
    const { request, socket } = message as { request: { origin: string | URL }; socket: Socket };
    look(new URL(request.origin).hostname, socket);
  });
}

function look(host: string, socket: Socket): void {
  const { remoteAddress } = socket;
  if (!called.has(host) || remoteAddress === undefined || hostKind(remoteAddress) === 'public') return;
  socket.destroy(notAllowed(host, remoteAddress));
}

function notAllowed(host: string, address: string): AssayError {
  return new AssayError('CONFIG_NOT_ALLOWED', `${host} leads to ${address}, which is no public address`, {
    hint: `Look at the config; where you trust it with that, pass --allow-host ${host}`,
  });
}
