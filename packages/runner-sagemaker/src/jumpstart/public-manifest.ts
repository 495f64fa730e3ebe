import type { AwsConnection } from '../aws/aws-connection.ts';
import { isNotFound } from '../aws/aws-error.ts';
import { readHostingSpec } from './hosting-spec.ts';
import { matchVersion } from './match-version.ts';
import type { ModelSource } from './model-source.ts';
import { gatedBucket, publicBucket } from './public-buckets.ts';

interface ManifestEntry {
  readonly model_id: string;
  readonly version: string;
  readonly spec_key: string;
}

/** JumpStart's public bucket: a manifest of all models and a spec for each version. */
export function publicManifestSource(connection: AwsConnection): ModelSource {
  const bucket = publicBucket(connection.region);
  const read = async (key: string): Promise<unknown> => {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const client = await connection.s3();
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return JSON.parse((await Body?.transformToString('utf-8')) ?? 'null');
  };
  return {
    name: `s3://${bucket}/models_manifest.json`,
    find: async (modelId, pattern, instanceType) => {
      try {
        const entries = ((await read('models_manifest.json')) as ManifestEntry[]).filter(
          (entry) => entry.model_id === modelId,
        );
        const version = matchVersion(
          pattern,
          entries.map((entry) => entry.version),
        );
        const entry = entries.find((candidate) => candidate.version === version);
        if (entry === undefined) return undefined;
        const { region } = connection;
        const place = {
          modelId,
          version: entry.version,
          region,
          instanceType,
          bucket,
          gatedBucket: gatedBucket(region),
        };
        return readHostingSpec((await read(entry.spec_key)) as Record<string, unknown>, place);
      } catch (thrown) {
        if (isNotFound(thrown)) return undefined;
        throw thrown;
      }
    },
  };
}
