import { fetchWithRetries } from '../../downloads/fetch-with-retries.ts';
import type { Followed } from '../../downloads/follow-redirects.ts';
import type { Fetch } from '../../downloads/public-fetch.ts';
import { AssayError, type ErrorCode } from '../../errors/assay-error.ts';

/** How to speak to one source. */
export interface RemoteRequest {
  /** The source in messages. */
  readonly shown: string;
  /** `hub`: a dataset of the Hugging Face hub; `model`: a model of it. */
  readonly kind: 'http' | 's3' | 'hub' | 'model';
  /** Sent with every request; may hold a secret, which redirects to another host do not get. */
  readonly headers: () => Record<string, string>;
  readonly signal?: AbortSignal | undefined;
  readonly retryDelayMs?: number | undefined;
  /** What asks each host. @default the global fetch */
  readonly fetch?: Fetch | undefined;
}

/** @returns the answer, whatever its status. @throws DATASET_DOWNLOAD, MODEL_DOWNLOAD when there is none, and the signal's reason */
export async function remoteFetch(
  url: string,
  request: RemoteRequest,
  options: { readonly method?: 'GET' | 'HEAD'; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Followed> {
  const outcome = await fetchWithRetries(url, {
    method: options.method ?? 'GET',
    headers: { 'accept-encoding': 'identity', ...request.headers(), ...options.headers },
    signal: request.signal,
    retryDelayMs: request.retryDelayMs,
    fetch: request.fetch,
  });
  if (!(outcome instanceof Error)) return outcome;
  const reason = (outcome.cause as Error | undefined)?.message || outcome.message;
  throw new AssayError(downloadCode(request), `${request.shown} cannot be fetched from ${hostOf(url)}: ${reason}`, {
    hint: `Check the network${isHub(request) ? ' (and HF_ENDPOINT, where a mirror is used)' : ''}, then try again: a download goes on where it stopped.`,
    cause: outcome,
  });
}

/** GETs a file: 200, 206 and 416 come back. @throws DATASET_DOWNLOAD, MODEL_DOWNLOAD, MODEL_NOT_FOUND */
export async function remoteGet(
  url: string,
  request: RemoteRequest,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const { response } = await remoteFetch(url, request, { headers });
  if (response.ok || response.status === 416) return response;
  await response.body?.cancel();
  throw refused(url, request, response.status);
}

/** What a download that fails is told by. */
export function downloadCode({ kind }: RemoteRequest): ErrorCode {
  return kind === 'model' ? 'MODEL_DOWNLOAD' : 'DATASET_DOWNLOAD';
}

function isHub({ kind }: RemoteRequest): boolean {
  return kind === 'hub' || kind === 'model';
}

/** An answer of status 400 or more as an error that says what to do about it. */
export function refused(url: string, request: RemoteRequest, status: number): AssayError {
  const { kind, shown } = request;
  const host = hostOf(url);
  const code = downloadCode(request);
  if (status === 404 || status === 410) {
    const missing = kind === 'model' ? 'MODEL_NOT_FOUND' : code;
    return new AssayError(missing, `${host} has no ${shown} (${status})`, { hint: NOT_THERE[kind] });
  }
  if (status === 401 || status === 403) {
    return new AssayError(code, `${host} refuses ${shown} (${status})`, { hint: NOT_ALLOWED[kind] });
  }
  if (status === 429) {
    return new AssayError(code, `${host} asks for fewer requests, again and again (429)`, {
      hint: `Try again later${isHub(request) ? ', or set HF_TOKEN: signed-in users may ask more' : ''}; a download goes on where it stopped.`,
    });
  }
  return new AssayError(code, `${host} answered ${status} for ${shown}`, {
    hint: 'Try again later; a download goes on where it stopped.',
  });
}

const NOT_THERE = {
  http: 'Check the spelling of the URL.',
  s3: 'Check bucket and key, capitals included.',
  hub: 'Check owner, name, revision and path.',
  model: 'Check the spelling and the revision.',
} as const;

const NOT_ALLOWED = {
  http: 'It wants a sign-in, which assay does not do: download the file and name it.',
  s3: 'It is not public, and no credentials are used here: copy it (aws s3 cp) and name the file. A key that is not there looks the same.',
  hub: 'Check the spelling; if the dataset is gated or private, accept its terms on its page and set HF_TOKEN.',
  model: 'Check the spelling; if the model is gated or private, accept its terms on its page and set HF_TOKEN.',
} as const;

function hostOf(url: string): string {
  return new URL(url).host;
}
