import type { ApiError } from './api-error.ts';

/** An error as SageMaker's runtime sends it: AWS's clients raise the exception that a header names. */
export interface AwsError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

/**
 * A failure of the model itself is a ModelError of status 424, which carries the model's own answer.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
 */
export function awsErrorOf(error: ApiError): AwsError {
  const name = nameOf(error.status);
  const headers = { 'x-amzn-errortype': name };
  const body = { ...error.body(), Message: error.message };
  if (name !== 'ModelError') return { status: error.status, headers, body };
  const original = { OriginalStatusCode: error.status, OriginalMessage: JSON.stringify(error.body()) };
  return { status: 424, headers, body: { ...body, ...original, LogStreamArn: '' } };
}

function nameOf(status: number): string {
  if (status === 429) return 'ThrottlingException';
  if (status === 503) return 'ServiceUnavailable';
  return status < 500 ? 'ValidationError' : 'ModelError';
}
