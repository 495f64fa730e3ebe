import type { HubSettings, RemoteRequest } from '@assay/core';

export interface HubRequestOptions {
  readonly settings: HubSettings;
  readonly signal?: AbortSignal | undefined;
  /** First wait before another try; it doubles each time. @default 500 */
  readonly retryDelayMs?: number | undefined;
}

/** How a model, or a file of it, is asked for. @param what names it in messages */
export function modelRequest(what: string, { settings, signal, retryDelayMs }: HubRequestOptions): RemoteRequest {
  return { shown: what, kind: 'model', headers: () => settings.headers(), signal, retryDelayMs };
}
