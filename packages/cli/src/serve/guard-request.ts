import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.ts';

export interface GuardOptions {
  /** What clients must send as a bearer token. */
  readonly token?: string | undefined;
  /** The server listens on this machine alone. */
  readonly isLoopback: boolean;
  /** Whether a page in an origin of its own (`null`) may ask: what it may do, its address must allow. */
  readonly allowsOpaque?: boolean | undefined;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/**
 * Turns away who may not ask. A page in the user's own browser may not either: it could reach a server on loopback, by
 * a request across origins or a name that it points there.
 * @throws ApiError 401, 403
 */
export function guardRequest({ headers }: IncomingMessage, { token, isLoopback, allowsOpaque }: GuardOptions): void {
  const isOpaque = headers.origin === 'null' && allowsOpaque === true;
  if (isLoopback && !LOOPBACK.test(headers.host ?? '')) {
    throw new ApiError(403, 'this server answers for this machine only', { code: 'forbidden_host' });
  }
  if (headers.origin !== undefined && !isOpaque && hostOf(headers.origin) !== headers.host) {
    throw new ApiError(403, 'web pages may not use this server', { code: 'forbidden_origin' });
  }
  if (token === undefined) return;
  const given = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  if (isSame(given, token)) return;
  throw new ApiError(401, 'the bearer token is missing or wrong', {
    type: 'authentication_error',
    code: 'invalid_api_key',
    headers: { 'www-authenticate': 'Bearer' },
  });
}

/** In a time that does not tell how much of it was right. */
export function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
