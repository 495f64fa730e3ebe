import { AssayError, isAssayError } from '@assay/core';

/** What was tried, as IAM names it. */
export interface AwsAction {
  /** `sagemaker:InvokeEndpoint` */
  readonly action: string;
  /** Name or ARN of what it was tried on. */
  readonly resource: string;
  readonly region: string;
}

interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly OriginalStatusCode?: number;
  readonly OriginalMessage?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> };
}

const THROTTLED = /Throttl|TooManyRequests|SlowDown|RequestLimitExceeded|LimitExceededException$|BandwidthLimit/;
const DENIED = /AccessDenied|NotAuthorized|UnauthorizedOperation|^Forbidden/;
const NO_CREDENTIALS =
  /CredentialsProviderError|TokenProviderError|UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature|ExpiredToken|MissingAuthenticationToken|InvalidToken|RequestExpired/;
const BROKEN = /ECONNRESET|EPIPE|ECONNREFUSED|ECONNABORTED|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|socket hang up|aborted/;
const TOO_LONG =
  /inputs` tokens|maximum context length|context length|input.{0,20}too long|too many (input )?tokens|exceeds? (the )?max(imum)?[ _](input|sequence|model|context)|max_model_len/i;

/** How long to wait for a copy of a model that has none. */
const NO_COPY_MS = 30_000;

/** Any error of the SDK as ours: what is retryable follows from the code. */
export function awsError(thrown: unknown, tried: AwsAction): AssayError {
  if (isAssayError(thrown)) return thrown;
  const error = (typeof thrown === 'object' && thrown !== null ? thrown : { message: String(thrown) }) as SdkError;
  const name = error.name ?? 'Error';
  const status = error.$metadata?.httpStatusCode ?? error.$response?.statusCode;
  // SageMaker throttles with HTTP 400 and a null message.
  const said = error.message === undefined || error.message === '' || error.message === 'null' ? name : error.message;
  const cause = bareCause(error);
  if (NO_CREDENTIALS.test(name) || /Region is missing|Could not load credentials/.test(said)) {
    return new AssayError('AWS_CREDENTIALS', `AWS does not accept the credentials: ${said}`, {
      hint: 'Sign in again (`aws sso login`, new keys, another --profile) and continue with --resume; what was answered is on disk.',
      cause,
    });
  }
  if (DENIED.test(name)) return accessDenied(tried, said, cause);
  if (name === 'ModelError') return modelError(error, cause);
  if (/has no capacity to process this request/.test(said))
    return new AssayError('AWS_SERVICE', `no copy of the model behind ${tried.resource} is up yet`, {
      hint: 'It scales from none, which takes minutes: raise limits.max_attempts, or ask it once and wait.',
      cause,
      retryAfterMs: NO_COPY_MS,
    });
  if (name === 'ModelNotReadyException')
    return new AssayError('AWS_SERVICE', `the model behind ${tried.resource} is not ready yet`, { cause });
  if (name === 'ResourceLimitExceeded' || name === 'ServiceQuotaExceededException') return quota(said, cause);
  if (THROTTLED.test(name) || status === 429) {
    const retryAfterMs = retryAfter(error);
    return new AssayError('RUNNER_THROTTLED', `AWS throttles ${tried.action}`, {
      hint: 'Fewer requests at a time (limits.max_concurrency), or more capacity behind the endpoint.',
      cause,
      retryAfterMs,
    });
  }
  if (name === 'TimeoutError' || name === 'ModelTimeoutException' || error.code === 'ETIMEDOUT')
    return new AssayError('RUNNER_TIMEOUT', `${tried.resource} gave no answer in time`, { cause });
  if (error.code === 'ENOTFOUND')
    return new AssayError('AWS_SERVICE', `no such host: ${said}`, {
      hint: `Is "${tried.region}" the right region, and is there a network?`,
      cause,
    });
  if (BROKEN.test(error.code ?? '') || BROKEN.test(said))
    return new AssayError('AWS_SERVICE', `the connection broke during ${tried.action}: ${said}`, { cause });
  if (
    (status ?? 0) >= 500 ||
    /InternalFailure|ModelStreamError|ServiceUnavailable|InternalDependency|InternalServer|InternalStream/.test(name)
  )
    return new AssayError('AWS_SERVICE', `${tried.action} failed on the side of AWS: ${name}, ${said}`, { cause });
  // Whether the call did its work is not known then.
  if (name === 'SyntaxError')
    return new AssayError('AWS_SERVICE', `${tried.action} was answered with what cannot be read: ${clip(said)}`, {
      cause,
    });
  if (TOO_LONG.test(said))
    return new AssayError('RUNNER_PROMPT_TOO_LONG', `the prompt does not fit the model: ${clip(said)}`, { cause });
  if (/Could not find|does not exist|not found|identifier is invalid|NoSuch|ResourceNotFound/i.test(`${name} ${said}`))
    return new AssayError('AWS_ENDPOINT', `${tried.action} on ${tried.resource} in ${tried.region}: ${said}`, {
      hint: 'Check the name and the region.',
      cause,
    });
  return new AssayError('RUNNER_FAILED', `AWS refused ${tried.action} on ${tried.resource}: ${name}, ${clip(said)}`, {
    cause,
  });
}

/** An error after which no other request of this run can succeed: it ends the run, whose journal stays whole. */
export function endsTheRun(error: AssayError): boolean {
  return error.code === 'AWS_CREDENTIALS' || error.code === 'AWS_ACCESS_DENIED' || error.code === 'AWS_ENDPOINT';
}

/** "Could not find …" of a delete or describe call: what should go is gone. */
export function isNotFound(thrown: unknown): boolean {
  const { name = '', message = '' } = thrown as SdkError;
  return (
    /ResourceNotFound|NotFound|NoSuch/.test(name) ||
    (/Validation/.test(name) && /Could not find|does not exist|resource not found/i.test(message))
  );
}

/** The SDK's error holds its request, signature and session token included: only what may be shown is kept. */
function bareCause({ name, message, code, $metadata }: SdkError): Error {
  const cause = new Error(message ?? '');
  cause.name = name ?? 'Error';
  return Object.assign(cause, { code, httpStatusCode: $metadata?.httpStatusCode, requestId: $metadata?.requestId });
}

function accessDenied({ action, resource, region }: AwsAction, said: string, cause: unknown): AssayError {
  const named = /not authorized to perform: (\S+)(?: on resource: (\S+))?/.exec(said);
  const denied = named?.[1] ?? action;
  const statement = JSON.stringify({
    Effect: 'Allow',
    Action: denied,
    Resource: named?.[2] ?? (resource.startsWith('arn:') ? resource : `arn:aws:*:${region}:*:*/${resource}`),
  });
  return new AssayError('AWS_ACCESS_DENIED', `not allowed to call ${denied} on ${resource}`, {
    hint: `The identity in use needs the statement ${statement} (docs/aws.md).`,
    cause,
  });
}

function modelError(error: SdkError, cause: unknown): AssayError {
  const original = error.OriginalStatusCode ?? 500;
  const said = clip(error.OriginalMessage ?? error.message ?? 'no message');
  if (TOO_LONG.test(error.OriginalMessage ?? ''))
    return new AssayError('RUNNER_PROMPT_TOO_LONG', `the prompt does not fit the model: ${said}`, { cause });
  if (original === 429)
    return new AssayError('RUNNER_THROTTLED', `the container has too much to do (429): ${said}`, { cause });
  if (original >= 500)
    return new AssayError('AWS_SERVICE', `the container failed with ${original}: ${said}`, {
      hint: 'Its log is in CloudWatch under /aws/sagemaker/Endpoints/.',
      cause,
    });
  return new AssayError('RUNNER_FAILED', `the container refused the request with ${original}: ${said}`, {
    hint: 'Check content_template and inference_parameters against what the container takes.',
    cause,
  });
}

function quota(said: string, cause: unknown): AssayError {
  return new AssayError('AWS_QUOTA', said, {
    hint: 'Ask for more in the Service Quotas console (quotas for endpoints, processing and training are apart), or take another instance type.',
    cause,
  });
}

function retryAfter({ $response }: SdkError): number | undefined {
  const seconds = Number($response?.headers?.['retry-after']);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

const clip = (text: string): string => (text.length > 300 ? `${text.slice(0, 297)}…` : text);
