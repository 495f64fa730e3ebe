import { AssayError, type Clock, isAssayError } from '@assay/core';
import { z } from 'zod';
import type { AwsConnection } from '../aws/aws-connection.ts';
import { S3Bucket } from '../aws/s3-bucket.ts';
import { chooseVersion, type ManifestEntry } from './choose-version.ts';
import { type CachedDocument, documentDigest } from './document-cache.ts';
import type { DocumentFinder } from './document-source.ts';
import { readDocument } from './jumpstart-document.ts';
import { hasJumpStart, jumpStartBuckets } from './regions.ts';

/** `[file, isProprietary]`, in the order in which a model is looked for. */
const MANIFESTS = [
  ['models_manifest.json', false],
  ['proprietary-sdk-manifest.json', true],
] as const;

const manifest = z.array(
  z.object({ model_id: z.string(), version: z.string(), min_version: z.string().default('0'), spec_key: z.string() }),
);

export const manifestName = (region: string): string =>
  hasJumpStart(region) ? `s3://${jumpStartBuckets(region).content}/models_manifest.json` : 'no bucket of this region';

/** JumpStart's public bucket: a manifest of all models, one of those of the Marketplace, and a document for each version. */
export function publicManifest(
  connection: AwsConnection,
  clock: Clock,
  keep: (document: CachedDocument) => Promise<void>,
): DocumentFinder {
  const { region } = connection;
  return async ({ modelId, version: request }) => {
    if (!hasJumpStart(region)) return undefined;
    const bucket = new S3Bucket(connection, jumpStartBuckets(region).content, clock);
    try {
      for (const [file, isProprietary] of MANIFESTS) {
        const entry = chooseVersion(await readManifest(bucket, file), modelId, request, { isProprietary });
        if (entry === undefined) continue;
        const text = await bucket.get(entry.spec_key);
        if (text === undefined)
          throw new AssayError(
            'MODEL_NOT_FOUND',
            `JumpStart’s manifest names ${bucket.uri(entry.spec_key)}, which is not there`,
          );
        const kind = isProprietary ? 'proprietary' : 'spec';
        const { version } = entry;
        await keep({ kind, modelId, version, region, text });
        const document = readDocument(text, kind, `${modelId} ${version}`, region);
        return { kind, modelId, version, region, document, digest: documentDigest(text) };
      }
      return undefined;
    } catch (thrown) {
      // Who may not read the bucket, or has none in the region, can still ask the hub.
      if (isAssayError(thrown) && (thrown.code === 'AWS_ENDPOINT' || thrown.code === 'AWS_ACCESS_DENIED'))
        return undefined;
      throw thrown;
    }
  };
}

async function readManifest(bucket: S3Bucket, file: string): Promise<readonly ManifestEntry[]> {
  const text = await bucket.get(file);
  if (text === undefined) return [];
  try {
    return manifest.parse(JSON.parse(text));
  } catch (cause) {
    throw new AssayError('AWS_RESPONSE_SHAPE', `${bucket.uri(file)} is not a manifest of JumpStart`, { cause });
  }
}
