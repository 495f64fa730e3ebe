import { join } from 'node:path';
import { type Clock, clearRunLocks, systemClock } from '@assay/core';
import type { AwsConnection } from '../aws/aws-connection.ts';
import { S3Bucket } from '../aws/s3-bucket.ts';
import { parseS3Uri } from '../aws/s3-uri.ts';
import { downloadBelow } from '../pipeline/download-below.ts';

export interface RestoreOptions {
  /** `s3://…`, where the job uploads its output to while it grows. */
  readonly resultsUri: string;
  /** The job's output folder. */
  readonly folder: string;
  readonly clock?: Clock | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Brings what an earlier try of an evaluation job left of these shards, so that it continues with their journals. Those of
 * other instances stay where they are: they would be uploaded again over what is newer. @returns files. @throws AssayError
 */
export async function restoreShards(
  connection: AwsConnection,
  shards: readonly string[],
  { resultsUri, folder, clock = systemClock, signal }: RestoreOptions,
): Promise<number> {
  const { bucket, key } = parseS3Uri(resultsUri);
  const store = new S3Bucket(connection, bucket, clock);
  let files = 0;
  for (const shard of shards) {
    const found = await downloadBelow(store, `${key.replace(/\/+$/, '')}/${shard}/`, join(folder, shard), signal);
    // The lock is that of a container which is gone: its host cannot be asked.
    if (found.length > 0) await clearRunLocks(join(folder, shard));
    files += found.length;
  }
  return files;
}
