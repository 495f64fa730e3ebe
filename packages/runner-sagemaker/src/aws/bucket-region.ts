import { AssayError, isAssayError, type SourcePlace } from '@assay/core';
import type { AwsConnection } from './aws-connection.ts';

/**
 * Where a bucket is: S3 says it to who asks for it, and to who asks in another region, where it answers 301 or 400.
 * @returns undefined where it does not say @throws what S3 answers otherwise
 */
async function bucketRegion(connection: AwsConnection, bucket: string): Promise<string | undefined> {
  const { HeadBucketCommand } = await import('@aws-sdk/client-s3');
  const client = await connection.s3();
  try {
    return (await client.send(new HeadBucketCommand({ Bucket: bucket }))).BucketRegion;
  } catch (thrown) {
    const { $response: response } = thrown as {
      readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> };
    };
    const told = response?.headers?.['x-amz-bucket-region'];
    if (told !== undefined && (response?.statusCode === 301 || response?.statusCode === 400)) return told;
    throw thrown;
  }
}

/** @param at where the config names it @throws AssayError CONFIG_INVALID where the jobs could not read it; what S3 answers */
export async function checkBucketRegion(
  connection: AwsConnection,
  bucket: string,
  at?: SourcePlace | undefined,
): Promise<void> {
  const region = await bucketRegion(connection, bucket);
  if (region === undefined || region === connection.region) return;
  throw new AssayError(
    'CONFIG_INVALID',
    `s3://${bucket} is in ${region}, and the jobs would be in ${connection.region}`,
    { at, hint: `take a bucket in ${connection.region}, or pass --region ${region}` },
  );
}

/**
 * As checkBucketRegion, before anything is made. A bucket that may not be looked at, or is not there, is left to who writes
 * to it.
 */
export async function requireBucketRegion(
  connection: AwsConnection,
  bucket: string,
  { at }: { readonly at?: SourcePlace | undefined } = {},
): Promise<void> {
  try {
    await checkBucketRegion(connection, bucket, at);
  } catch (thrown) {
    if (isAssayError(thrown)) throw thrown;
  }
}
