import { type ErrorData, isAssayError } from 'assay/internal';

export interface ApiErrorOptions {
  readonly type?: string;
  readonly code?: string | null;
  /** The member of the request that is at fault. */
  readonly param?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error as a client sees it: its status and OpenAI's error object. Holds nothing that the client may not know. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly param: string | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, options: ApiErrorOptions = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.type = options.type ?? (status < 500 ? 'invalid_request_error' : 'server_error');
    this.code = options.code ?? null;
    this.param = options.param ?? null;
    this.headers = options.headers ?? {};
  }

  body(): { readonly error: Readonly<Record<'message' | 'type' | 'param' | 'code', string | null>> } {
    const { message, type, param, code } = this;
    return { error: { message, type, param, code } };
  }
}

/**
 * What a client is told of a failure. Messages of our own errors may name files of this machine, so only those that
 * speak of the request alone are passed on.
 */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const data: Pick<ErrorData, 'code' | 'message'> | undefined = isErrorData(thrown) ? thrown : undefined;
  switch (data?.code) {
    case 'RUNNER_PROMPT_TOO_LONG':
      return new ApiError(400, data.message, { code: 'context_length_exceeded' });
    case 'RUNNER_CONSTRAINT':
      return new ApiError(400, data.message, { code: 'invalid_response_format', param: 'response_format' });
    case 'PROMPT_TEMPLATE':
      return new ApiError(400, data.message, { code: 'invalid_messages', param: 'messages' });
    case 'RUNNER_CAPABILITY':
      return new ApiError(400, 'this model cannot do what was asked', { code: 'unsupported_model' });
    default:
      return new ApiError(500, 'the model failed to answer; the server’s log says why', {
        code: data?.code.toLowerCase() ?? 'internal_error',
      });
  }
}

function isErrorData(thrown: unknown): thrown is ErrorData {
  if (isAssayError(thrown)) return true;
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'retryable' in thrown;
}
