import { AssayError } from '@assay/core';
import type { S3Bucket } from '../aws/s3-bucket.ts';
import { downloadBelow } from './download-below.ts';

/**
 * Downloads the merged run of an execution (and its decision) into an ordinary run folder, so that report and compare
 * work as for any other. @returns files written. @throws AssayError RUN_NOT_FOUND when the merge was not reached
 */
export async function downloadResults(
  bucket: S3Bucket,
  prefix: string,
  runId: string,
  folder: string,
): Promise<readonly string[]> {
  const root = `${prefix}/executions/${runId}/`;
  const written: string[] = [];
  for (const artefact of ['run/', 'decision/'])
    written.push(...(await downloadBelow(bucket, `${root}${artefact}`, folder)));
  if (!written.includes('summary.json')) {
    throw new AssayError('RUN_NOT_FOUND', `execution ${runId} has no merged run under ${bucket.uri(`${root}run/`)}`, {
      hint: '`assay pipeline watch` shows which step failed.',
    });
  }
  return written;
}
