import { createHash } from 'node:crypto';
import { AssayError, type Clock } from '@assay/core';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { InvokeEndpointAsyncCommand, type SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { awsError, isNotFound } from '../aws/aws-error.ts';
import { parseS3Uri } from '../aws/s3-uri.ts';
import { type InvocationTarget, type Invoke, targetInput } from './invocation-target.ts';

/** The most that InvokeEndpointAsync takes in the request itself, in bytes. */
const INLINE_LIMIT = 128_000;
const FIRST_POLL_MS = 250;
const LONGEST_POLL_MS = 10_000;

export interface AsyncStore {
  readonly s3: S3Client;
  /** `s3://bucket/prefix` for requests; without it they travel inline, up to 128,000 bytes. */
  readonly inputPrefix?: string | undefined;
  readonly clock: Clock;
}

/** InvokeEndpointAsync, then waiting for the output or the failure to appear in S3. */
export function invokeAsync(client: SageMakerRuntimeClient, target: InvocationTarget, store: AsyncStore): Invoke {
  return async (body, signal) => {
    const input = await placeInput(body, store, signal);
    const command = new InvokeEndpointAsyncCommand({ ...targetInput(target), ...input });
    const { OutputLocation, FailureLocation } = await client.send(command, { abortSignal: signal });
    if (OutputLocation === undefined)
      throw new AssayError('AWS_RESPONSE_SHAPE', `${target.endpointName} named no place for its output`, {
        hint: 'Is the endpoint an asynchronous one? Otherwise take mode: realtime.',
      });
    for (let waitMs = FIRST_POLL_MS; ; waitMs = Math.min(LONGEST_POLL_MS, waitMs * 1.5)) {
      const output = await readIfThere(store.s3, OutputLocation, signal);
      if (output !== undefined) return output;
      const failure = FailureLocation === undefined ? undefined : await readIfThere(store.s3, FailureLocation, signal);
      if (failure !== undefined) throw asyncFailure(failure);
      await store.clock.sleep(waitMs, signal);
    }
  };
}

async function placeInput(
  body: string,
  { s3, inputPrefix }: AsyncStore,
  signal: AbortSignal,
): Promise<{ InputLocation: string } | { Body: Uint8Array }> {
  const bytes = Buffer.from(body);
  if (inputPrefix === undefined) {
    if (bytes.length <= INLINE_LIMIT) return { Body: bytes };
    throw new AssayError(
      'AWS_PAYLOAD_TOO_LARGE',
      `the request has ${bytes.length} bytes; an asynchronous one may have ${INLINE_LIMIT} without a bucket`,
      { hint: 'Set aws.bucket: larger requests go through S3.' },
    );
  }
  // Named by its content: a repeated attempt overwrites the same object.
  const digest = createHash('sha256').update(bytes).digest('hex');
  const location = `${inputPrefix}/${digest}.json`;
  const { bucket, key } = parseS3Uri(location);
  const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: 'application/json' });
  try {
    await s3.send(put, { abortSignal: signal });
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    throw await s3Error(s3, thrown, 's3:PutObject', location);
  }
  return { InputLocation: location };
}

async function readIfThere(s3: S3Client, uri: string, signal: AbortSignal): Promise<string | undefined> {
  const { bucket, key } = parseS3Uri(uri);
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
    return await Body?.transformToString('utf-8');
  } catch (thrown) {
    if ((thrown as Error).name === 'NoSuchKey' || (isNotFound(thrown) && (thrown as Error).name !== 'NoSuchBucket'))
      return undefined;
    if (signal.aborted) throw thrown;
    throw await s3Error(s3, thrown, 's3:GetObject', uri);
  }
}

async function s3Error(s3: S3Client, thrown: unknown, action: string, resource: string): Promise<AssayError> {
  return awsError(thrown, { action, resource, region: await s3.config.region() });
}

function asyncFailure(said: string): AssayError {
  const status = Number(/\((\d{3})\)|status code:? (\d{3})/.exec(said)?.slice(1).find(Boolean) ?? 500);
  const shown = said.length > 200 ? `${said.slice(0, 197)}…` : said;
  return status >= 500
    ? new AssayError('AWS_SERVICE', `the asynchronous invocation failed: ${shown}`)
    : new AssayError('RUNNER_FAILED', `the asynchronous invocation was refused: ${shown}`);
}
