import { type Clock, isAssayError } from '@assay/core';
import type { AwsConnection } from '../aws/aws-connection.ts';
import { S3Bucket } from '../aws/s3-bucket.ts';
import { readHostingSpec, type SpecPlace } from './hosting-spec.ts';
import { matchVersion } from './match-version.ts';
import type { ModelSource } from './model-source.ts';
import { gatedBucket, publicBucket } from './public-buckets.ts';
import type { Spec } from './spec-document.ts';
import { readTrainingSpec } from './training-spec.ts';

interface ManifestEntry {
  readonly model_id: string;
  readonly version: string;
  readonly spec_key: string;
}

/** JumpStart's public bucket: a manifest of all models and a spec for each version. */
export function publicManifestSource(connection: AwsConnection, clock: Clock): ModelSource {
  const bucket = publicBucket(connection.region);
  const store = new S3Bucket(connection, bucket, clock);
  const read = async (key: string): Promise<unknown> => JSON.parse((await store.get(key)) ?? 'null');
  const find = async <T>(
    reader: (document: Spec, place: SpecPlace) => T | undefined,
    modelId: string,
    pattern: string,
    instanceType: string | undefined,
  ): Promise<T | undefined> => {
    try {
      const entries = ((await read('models_manifest.json')) as ManifestEntry[] | null)?.filter(
        (entry) => entry.model_id === modelId,
      );
      if (entries === undefined) return undefined;
      const version = matchVersion(
        pattern,
        entries.map((entry) => entry.version),
      );
      const entry = entries.find((candidate) => candidate.version === version);
      if (entry === undefined) return undefined;
      const { region } = connection;
      const gated = gatedBucket(region);
      const place = { modelId, version: entry.version, region, instanceType, bucket, gatedBucket: gated };
      const spec = (await read(entry.spec_key)) as Spec | null;
      return spec === null ? undefined : reader(spec, place);
    } catch (thrown) {
      // A region without JumpStart has no such bucket.
      if (isAssayError(thrown) && thrown.code === 'AWS_ENDPOINT') return undefined;
      throw thrown;
    }
  };
  return {
    name: `s3://${bucket}/models_manifest.json`,
    find: (modelId, pattern, instanceType) => find(readHostingSpec, modelId, pattern, instanceType),
    findTraining: (modelId, pattern, instanceType) => find(readTrainingSpec, modelId, pattern, instanceType),
  };
}
