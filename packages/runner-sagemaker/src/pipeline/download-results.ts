import { createWriteStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AssayError } from '@assay/core';
import type { AwsConnection } from '../aws/aws-connection.ts';
import { awsError } from '../aws/aws-error.ts';

/**
 * Downloads the merged run of an execution (and its decision) into an ordinary run folder, so that report and compare
 * work as for any other. @returns files written. @throws AssayError RUN_NOT_FOUND when the merge was not reached
 */
export async function downloadResults(
  connection: AwsConnection,
  place: { readonly bucket: string; readonly prefix: string },
  runId: string,
  folder: string,
): Promise<readonly string[]> {
  const { GetObjectCommand, paginateListObjectsV2 } = await import('@aws-sdk/client-s3');
  const client = await connection.s3();
  const root = `${place.prefix}/executions/${runId}/`;
  const written: string[] = [];
  const tried = {
    action: 's3:GetObject',
    resource: `arn:aws:s3:::${place.bucket}/${root}*`,
    region: connection.region,
  };
  try {
    for (const artefact of ['run/', 'decision/']) {
      for await (const page of paginateListObjectsV2(
        { client },
        { Bucket: place.bucket, Prefix: `${root}${artefact}` },
      )) {
        for (const { Key } of page.Contents ?? []) {
          const path = Key!.slice(root.length + artefact.length);
          if (path === '' || path.endsWith('/')) continue;
          const file = join(folder, path);
          // A key is somebody's text: it must not lead out of the folder.
          if (!normalize(file).startsWith(normalize(folder) + sep)) continue;
          await mkdir(dirname(file), { recursive: true });
          const { Body } = await client.send(new GetObjectCommand({ Bucket: place.bucket, Key: Key! }));
          await pipeline(Readable.from(Body as AsyncIterable<Uint8Array>), createWriteStream(`${file}.part`));
          await rename(`${file}.part`, file);
          written.push(path);
        }
      }
    }
  } catch (thrown) {
    throw awsError(thrown, tried);
  }
  if (!written.includes('summary.json')) {
    throw new AssayError(
      'RUN_NOT_FOUND',
      `execution ${runId} has no merged run under s3://${place.bucket}/${root}run/`,
      {
        hint: '`assay pipeline watch` shows which step failed.',
      },
    );
  }
  return written;
}
