import { AssayError } from '../errors/assay-error.ts';

/** A token of the chat API; `bytes` are those of its UTF-8, which may end inside a character. */
export interface OpenaiToken {
  readonly token: string;
  readonly logprob: number;
  readonly bytes?: readonly number[] | null;
}

/** `content` is the chat API's form, the lists side by side are the completions API's. */
export interface OpenaiLogProbabilities {
  readonly content?: readonly (OpenaiToken & { readonly top_logprobs?: readonly OpenaiToken[] | null })[] | null;
  readonly tokens?: readonly string[] | null;
  readonly token_logprobs?: readonly (number | null)[] | null;
  /** Code points before each token. */
  readonly text_offset?: readonly number[] | null;
  readonly top_logprobs?: readonly (Readonly<Record<string, number>> | null)[] | null;
}

/** The parts of an OpenAI-compatible answer that are read. */
export interface OpenaiAnswer {
  readonly choices?: readonly {
    readonly message?: {
      readonly content?: string | null;
      readonly refusal?: string | null;
      readonly tool_calls?: readonly unknown[] | null;
      /** The older form of one call. */
      readonly function_call?: unknown;
    };
    readonly text?: string;
    readonly finish_reason?: string | null;
    readonly logprobs?: OpenaiLogProbabilities | null;
  }[];
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number };
  readonly error?: { readonly message?: string; readonly code?: string | number | null };
}

const TOO_LONG = /context.{0,10}(length|window|size)|maximum.{0,20}tokens|too long|too many tokens/i;

/** An error status as an AssayError; what is retryable follows from the code. @param response of a batch's line, its status alone */
export function httpError(
  { status, headers }: { readonly status: number; readonly headers?: Headers },
  body: string,
  url: string,
  keyName: string | undefined,
): AssayError {
  const { message = body.slice(0, 200), code } = errorIn(body);
  const said = `${status}${message === '' ? '' : `: ${message}`}`;
  if (status >= 300 && status < 400)
    return new AssayError('RUNNER_FAILED', `${url} redirects to ${headers?.get('location') ?? 'nowhere'}`, {
      hint: 'Redirects are not followed, for a key is meant for one host: set openai.base_url to where it leads.',
    });
  if (status === 401 || status === 403) {
    return new AssayError('RUNNER_FAILED', `${url} does not accept the key (${said})`, {
      hint:
        keyName === undefined
          ? 'name the variable that holds the key: openai.api_key_env'
          : `check the value of ${keyName}`,
    });
  }
  if (code === 'insufficient_quota' || status === 402)
    return new AssayError('RUNNER_FAILED', `${url} has no quota left (${said})`, {
      hint: 'see the account at the provider',
    });
  if (status === 429) {
    const retryAfterMs = retryAfter(headers?.get('retry-after'));
    return new AssayError('RUNNER_THROTTLED', `${url} throttles (${said})`, { retryAfterMs });
  }
  if (status === 404)
    return new AssayError('MODEL_NOT_FOUND', `${url} knows no such model or path (${said})`, {
      hint: 'check openai.base_url (it usually ends in /v1) and openai.model',
    });
  if (status === 408) return new AssayError('RUNNER_TIMEOUT', `${url} timed out (${said})`);
  if (status >= 500) return new AssayError('RUNNER_CRASHED', `${url} failed (${said})`);
  if (code === 'context_length_exceeded' || TOO_LONG.test(message))
    return new AssayError('RUNNER_PROMPT_TOO_LONG', `the prompt does not fit the model (${said})`);
  if (code === 'content_filter' || code === 'content_policy_violation')
    return new AssayError('RUNNER_REFUSED', `the provider refuses the prompt (${said})`);
  return new AssayError('RUNNER_FAILED', `${url} refused the request (${said})`);
}

/** After these no other request can succeed either: they end the run, whose journal stays whole. */
export function isFatal(error: AssayError): boolean {
  return (
    error.code === 'MODEL_NOT_FOUND' ||
    error.code === 'CONFIG_NOT_ALLOWED' ||
    (error.code === 'RUNNER_FAILED' && /does not accept the key|no quota left/.test(error.message))
  );
}

/** Whether a server refuses to score a prompt at all, by the words of its refusal. */
export function refusesEcho(error: AssayError): boolean {
  return error.code === 'RUNNER_FAILED' && /\b(echo|logprobs)\b/i.test(error.message);
}

function errorIn(body: string): { readonly message?: string; readonly code?: string | number | null } {
  try {
    return (JSON.parse(body) as OpenaiAnswer).error ?? {};
  } catch {
    return {};
  }
}

/** Retry-After: seconds, or a date. */
function retryAfter(header: string | null | undefined): number | undefined {
  if (header == null) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return ms > 0 ? ms : undefined;
}
