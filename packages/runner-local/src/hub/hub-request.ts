import { AssayError, fetchWithRetries, type HubSettings } from '@assay/core';

export interface HubRequestOptions {
  readonly settings: HubSettings;
  readonly signal?: AbortSignal | undefined;
  /** First wait before another try; it doubles each time. @default 500 */
  readonly retryDelayMs?: number | undefined;
}

/**
 * GETs a URL of the hub, following redirects (without the token when they leave the hub's host).
 * Network failures, 429 and 5xx are tried again.
 * @throws MODEL_DOWNLOAD, MODEL_NOT_FOUND
 */
export async function hubGet(
  path: string,
  what: string,
  options: HubRequestOptions,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const { settings, signal, retryDelayMs } = options;
  const url = `${settings.endpoint}${path}`;
  const outcome = await fetchWithRetries(url, {
    headers: { ...settings.headers(), ...headers },
    signal,
    retryDelayMs,
  });
  if (outcome instanceof Error) throw requestError(url, what, outcome);
  const { response } = outcome;
  if (response.ok || response.status === 416) return response;
  await response.body?.cancel();
  throw requestError(url, what, response);
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
