import { AssayError, type Clock, RetryBudget, type SourcePlace, systemClock } from '@assay/core';
import type { AwsConnection } from './aws-connection.ts';
import { awsError } from './aws-error.ts';

export interface OwnBucketOptions {
  readonly bucket?: string | undefined;
  /** Buckets that may be of any account; undefined where who calls vouches for the config. */
  readonly foreignBuckets?: readonly string[] | undefined;
  /** Where the config names the bucket, for errors. */
  readonly at?: SourcePlace | undefined;
  readonly clock?: Clock | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks that a bucket that a config names is of the account of these credentials, before anything is written there: the name
 * of a bucket says nothing of whose it is. A bucket that is missing is left to who writes to it.
 * @throws AssayError CONFIG_NOT_ALLOWED for another account's, and where that cannot be seen
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
 */
export async function requireOwnBucket(connection: AwsConnection, options: OwnBucketOptions): Promise<void> {
  const { bucket, foreignBuckets, at } = options;
  if (bucket === undefined || foreignBuckets === undefined || foreignBuckets.includes(bucket)) return;
  const call = caller(connection, options);
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const sts = await connection.sts();
  const { Account: account = '' } = await call('sts:GetCallerIdentity', '*', (abortSignal) =>
    sts.send(new GetCallerIdentityCommand({}), { abortSignal }),
  );
  const { HeadBucketCommand } = await import('@aws-sdk/client-s3');
  const s3 = await connection.s3();
  const isRefused = await call('s3:ListBucket', `arn:aws:s3:::${bucket}`, (abortSignal) =>
    s3.send(new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: account }), { abortSignal }).then(
      () => false,
      (thrown: unknown) => {
        const status = statusOf(thrown);
        if (status === 403 || status === 404) return status === 403;
        throw thrown;
      },
    ),
  );
  if (!isRefused) return;
  throw new AssayError('CONFIG_NOT_ALLOWED', `s3://${bucket} is not seen to be a bucket of account ${account}`, {
    at,
    hint: `It is another account's, or these credentials lack s3:ListBucket. Look at the config; where you trust it with that, pass --allow-host ${bucket}`,
  });
}

type Call = <T>(action: string, resource: string, make: (signal: AbortSignal) => Promise<T>) => Promise<T>;

function caller(
  { region }: AwsConnection,
  { clock = systemClock, signal }: Pick<OwnBucketOptions, 'clock' | 'signal'>,
): Call {
  const retries = new RetryBudget({
    clock,
    maxAttempts: 6,
    baseMs: 500,
    capMs: 10_000,
    breakAfter: Number.POSITIVE_INFINITY,
  });
  return async (action, resource, make) => {
    const result = await retries.run(
      action,
      async (_, stop) => {
        try {
          return await make(stop);
        } catch (thrown) {
          throw stop.aborted ? thrown : awsError(thrown, { action, resource, region });
        }
      },
      signal,
    );
    if (!result.ok) throw result.error;
    return result.value;
  };
}

const statusOf = (thrown: unknown): number | undefined =>
  (thrown as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode;
