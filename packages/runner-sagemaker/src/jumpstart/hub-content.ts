import type { AwsConnection } from '../aws/aws-connection.ts';
import { isNotFound } from '../aws/aws-error.ts';
import { readHostingSpec } from './hosting-spec.ts';
import type { ModelSource } from './model-source.ts';
import { gatedBucket, publicBucket } from './public-buckets.ts';

/** SageMaker's public hub: one call, for exact versions and the latest. A `2.*` needs a list of versions it lacks. */
export function hubContentSource(connection: AwsConnection): ModelSource {
  return {
    name: 'SageMakerPublicHub',
    find: async (modelId, version, instanceType) => {
      if (version.includes('*') && version !== '*') return undefined;
      const { DescribeHubContentCommand } = await import('@aws-sdk/client-sagemaker');
      const client = await connection.sagemaker();
      try {
        const { HubContentDocument, HubContentVersion } = await client.send(
          new DescribeHubContentCommand({
            HubName: 'SageMakerPublicHub',
            HubContentType: 'Model',
            HubContentName: modelId,
            ...(version === '*' ? {} : { HubContentVersion: version }),
          }),
        );
        if (HubContentDocument === undefined) return undefined;
        const { region } = connection;
        const place = { modelId, region, instanceType, bucket: publicBucket(region), gatedBucket: gatedBucket(region) };
        return readHostingSpec(JSON.parse(HubContentDocument), { ...place, version: HubContentVersion ?? version });
      } catch (thrown) {
        // Who may not ask the hub can still read the public manifest.
        if (
          isNotFound(thrown) ||
          /AccessDenied|UnknownOperation/.test((thrown as Error).name) ||
          thrown instanceof SyntaxError
        )
          return undefined;
        throw thrown;
      }
    },
  };
}
