import type { Clock } from '@assay/core';
import type { DescribeHubContentCommandOutput } from '@aws-sdk/client-sagemaker';
import type { AwsConnection } from '../aws/aws-connection.ts';
import { isNotFound } from '../aws/aws-error.ts';
import { ControlCalls } from '../ownership/control-calls.ts';
import { readHostingSpec, type SpecPlace } from './hosting-spec.ts';
import type { ModelSource } from './model-source.ts';
import { gatedBucket, publicBucket } from './public-buckets.ts';
import type { Spec } from './spec-document.ts';
import { readTrainingSpec } from './training-spec.ts';

/** SageMaker's public hub: one call, for exact versions and the latest. A `2.*` needs a list of versions it lacks. */
export function hubContentSource(connection: AwsConnection, clock: Clock): ModelSource {
  const calls = new ControlCalls(connection, clock);
  const read = async <T>(
    reader: (document: Spec, place: SpecPlace) => T | undefined,
    modelId: string,
    version: string,
    instanceType: string | undefined,
  ): Promise<T | undefined> => {
    if (version.includes('*') && version !== '*') return undefined;
    const found = await describe(calls, modelId, version);
    if (found?.HubContentDocument === undefined) return undefined;
    const { region } = connection;
    const place = { modelId, region, instanceType, bucket: publicBucket(region), gatedBucket: gatedBucket(region) };
    return reader(JSON.parse(found.HubContentDocument), { ...place, version: found.HubContentVersion ?? version });
  };
  return {
    name: 'SageMakerPublicHub',
    find: (modelId, version, instanceType) => read(readHostingSpec, modelId, version, instanceType),
    findTraining: (modelId, version, instanceType) => read(readTrainingSpec, modelId, version, instanceType),
  };
}

/** Undefined where the hub does not know the model, or does not answer us. @throws AssayError */
async function describe(
  calls: ControlCalls,
  modelId: string,
  version: string,
): Promise<DescribeHubContentCommandOutput | undefined> {
  const { DescribeHubContentCommand } = await import('@aws-sdk/client-sagemaker');
  const client = await calls.connection.sagemaker();
  const input = {
    HubName: 'SageMakerPublicHub',
    HubContentType: 'Model' as const,
    HubContentName: modelId,
    ...(version === '*' ? {} : { HubContentVersion: version }),
  };
  return calls.call<DescribeHubContentCommandOutput | undefined>(
    'DescribeHubContent',
    modelId,
    (abortSignal) => client.send(new DescribeHubContentCommand(input), { abortSignal }),
    {
      // Who may not ask the hub can still read the public manifest.
      recover: async (thrown) =>
        isNotFound(thrown) ||
        /AccessDenied|UnknownOperation/.test((thrown as Error).name) ||
        thrown instanceof SyntaxError
          ? { value: undefined }
          : undefined,
    },
  );
}
