import type { ListInferenceComponentsCommandOutput } from '@aws-sdk/client-sagemaker';
import type { ControlCalls } from './control-calls.ts';
import type { FoundResource } from './owned-resource.ts';
import type { OwnedKind } from './ownership-ledger.ts';

const NONE: ListInferenceComponentsCommandOutput = { InferenceComponents: [], $metadata: {} };

/** Who may not list inference components, or asks a server without them, made none. */
const isUnknown = (thrown: unknown): boolean =>
  /AccessDenied|UnknownOperation|NotImplemented/.test(`${(thrown as Error).name} ${(thrown as Error).message}`);

/** Every resource of a kind, of any owner, over all pages. */
export async function listOwnable(
  calls: ControlCalls,
  kind: OwnedKind,
  signal: AbortSignal | undefined,
): Promise<FoundResource[]> {
  const sdk = await import('@aws-sdk/client-sagemaker');
  const client = await calls.connection.sagemaker();
  const found: FoundResource[] = [];
  let token: string | undefined;
  do {
    const input = { MaxResults: 100, ...(token === undefined ? {} : { NextToken: token }) };
    if (kind === 'endpoint') {
      const page = await calls.call(
        'ListEndpoints',
        '*',
        (abortSignal) => client.send(new sdk.ListEndpointsCommand(input), { abortSignal }),
        { signal },
      );
      for (const { EndpointName, EndpointArn, EndpointStatus } of page.Endpoints ?? [])
        found.push({ kind, name: EndpointName!, arn: EndpointArn!, status: EndpointStatus ?? 'unknown' });
      token = page.NextToken;
    } else if (kind === 'endpoint-config') {
      const page = await calls.call(
        'ListEndpointConfigs',
        '*',
        (abortSignal) => client.send(new sdk.ListEndpointConfigsCommand(input), { abortSignal }),
        { signal },
      );
      for (const { EndpointConfigName, EndpointConfigArn } of page.EndpointConfigs ?? [])
        found.push({ kind, name: EndpointConfigName!, arn: EndpointConfigArn! });
      token = page.NextToken;
    } else if (kind === 'inference-component') {
      const page = await calls.call(
        'ListInferenceComponents',
        '*',
        (abortSignal) => client.send(new sdk.ListInferenceComponentsCommand(input), { abortSignal }),
        { signal, recover: async (thrown) => (isUnknown(thrown) ? { value: NONE } : undefined) },
      );
      for (const each of page.InferenceComponents ?? [])
        found.push({
          kind,
          name: each.InferenceComponentName!,
          arn: each.InferenceComponentArn!,
          status: each.InferenceComponentStatus ?? 'unknown',
        });
      token = page.NextToken;
    } else {
      const page = await calls.call(
        'ListModels',
        '*',
        (abortSignal) => client.send(new sdk.ListModelsCommand(input), { abortSignal }),
        { signal },
      );
      for (const { ModelName, ModelArn } of page.Models ?? []) found.push({ kind, name: ModelName!, arn: ModelArn! });
      token = page.NextToken;
    }
  } while (token !== undefined);
  return found;
}
