import { setTimeout as sleep } from 'node:timers/promises';
import { AssayError } from '@assay/core';
import type { HubSettings } from './hub-settings.ts';

export interface HubRequestOptions {
  readonly settings: HubSettings;
  readonly signal?: AbortSignal | undefined;
  /** First wait before another try; it doubles each time. @default 500 */
  readonly retryDelayMs?: number | undefined;
}

/** Tries in a row that brought nothing before a request is given up. */
export const MAX_ATTEMPTS = 5;

/**
 * GETs a URL of the hub, following redirects (fetch drops the token when they leave the hub's host).
 * Network failures, 429 and 5xx are tried again.
 * @throws MODEL_DOWNLOAD, MODEL_NOT_FOUND
 */
export async function hubGet(
  path: string,
  what: string,
  options: HubRequestOptions,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const { settings, signal } = options;
  const url = `${settings.endpoint}${path}`;
  for (let attempt = 1; ; attempt++) {
    const outcome = await fetch(url, {
      headers: { ...settings.headers(), ...headers },
      ...(signal === undefined ? {} : { signal }),
    }).catch((thrown: unknown) => thrown as Error);
    signal?.throwIfAborted();
    if (outcome instanceof Response && (outcome.ok || outcome.status === 416)) return outcome;
    const isHopeless = outcome instanceof Response && outcome.status < 500 && outcome.status !== 429;
    if (outcome instanceof Response) await outcome.body?.cancel();
    if (isHopeless || attempt === MAX_ATTEMPTS) throw requestError(url, what, outcome);
    await sleep(waitMs(outcome, attempt, options), undefined, { signal });
  }
}

/** Retry-After where the hub sends one, at most a minute; else doubling. */
export function waitMs(outcome: Response | Error, attempt: number, options: HubRequestOptions): number {
  const asked = outcome instanceof Response ? Number(outcome.headers.get('retry-after')) : 0;
  if (asked > 0) return Math.min(asked, 60) * 1000;
  return Math.min((options.retryDelayMs ?? 500) * 2 ** (attempt - 1), 15_000);
}

function requestError(url: string, what: string, outcome: Response | Error): AssayError {
  const { host } = new URL(url);
  if (!(outcome instanceof Response)) {
    const reason = (outcome.cause as Error | undefined)?.message ?? outcome.message;
    return new AssayError('MODEL_DOWNLOAD', `${what} cannot be fetched from ${host}: ${reason}`, {
      hint: 'Check the network (and HF_ENDPOINT, where a mirror is used), then pull again: it goes on where it stopped.',
      cause: outcome,
    });
  }
  if (outcome.status === 404) {
    return new AssayError('MODEL_NOT_FOUND', `${host} has no ${what}`, {
      hint: 'Check the spelling and the revision.',
    });
  }
  if (outcome.status === 401 || outcome.status === 403) {
    return new AssayError('MODEL_DOWNLOAD', `${host} refuses ${what} (${outcome.status})`, {
      hint: 'Check the spelling; if the model is gated or private, accept its terms on its page and set HF_TOKEN.',
    });
  }
  return new AssayError('MODEL_DOWNLOAD', `${host} answered ${outcome.status} for ${what}`, {
    hint: 'The hub is busy or broken: pull again later; it goes on where it stopped.',
  });
}
