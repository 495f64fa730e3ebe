import { isNotFound } from '../aws/aws-error.ts';
import type { ControlCalls } from './control-calls.ts';
import type { OwnedKind } from './ownership-ledger.ts';

/** What is asked of each kind of resource alike. */
export interface FoundResource {
  readonly kind: OwnedKind;
  readonly name: string;
  readonly arn: string;
  /** Of endpoints and inference components. */
  readonly status?: string;
  readonly failureReason?: string;
}

/** Undefined when there is none of that name. */
export async function findResource(
  calls: ControlCalls,
  kind: OwnedKind,
  name: string,
  signal?: AbortSignal,
): Promise<FoundResource | undefined> {
  const sdk = await import('@aws-sdk/client-sagemaker');
  const { DescribeModelCommand, DescribeEndpointConfigCommand, DescribeEndpointCommand } = sdk;
  const client = await calls.connection.sagemaker();
  const gone = async (thrown: unknown) => (isNotFound(thrown) ? { value: undefined } : undefined);
  const options = { signal, recover: gone };
  switch (kind) {
    case 'model': {
      const send = (abortSignal: AbortSignal) =>
        client.send(new DescribeModelCommand({ ModelName: name }), { abortSignal });
      const found = await calls.call<Awaited<ReturnType<typeof send>> | undefined>(
        'DescribeModel',
        name,
        send,
        options,
      );
      return found === undefined ? undefined : { kind, name, arn: found.ModelArn! };
    }
    case 'endpoint-config': {
      const send = (abortSignal: AbortSignal) =>
        client.send(new DescribeEndpointConfigCommand({ EndpointConfigName: name }), { abortSignal });
      const found = await calls.call<Awaited<ReturnType<typeof send>> | undefined>(
        'DescribeEndpointConfig',
        name,
        send,
        options,
      );
      return found === undefined ? undefined : { kind, name, arn: found.EndpointConfigArn! };
    }
    case 'inference-component': {
      const send = (abortSignal: AbortSignal) =>
        client.send(new sdk.DescribeInferenceComponentCommand({ InferenceComponentName: name }), { abortSignal });
      const found = await calls.call<Awaited<ReturnType<typeof send>> | undefined>(
        'DescribeInferenceComponent',
        name,
        send,
        options,
      );
      if (found === undefined) return undefined;
      const {
        InferenceComponentArn,
        InferenceComponentStatus: status = 'unknown',
        FailureReason: failureReason,
      } = found;
      return {
        kind,
        name,
        arn: InferenceComponentArn!,
        status,
        ...(failureReason === undefined ? {} : { failureReason }),
      };
    }
    case 'endpoint': {
      const send = (abortSignal: AbortSignal) =>
        client.send(new DescribeEndpointCommand({ EndpointName: name }), { abortSignal });
      const found = await calls.call<Awaited<ReturnType<typeof send>> | undefined>(
        'DescribeEndpoint',
        name,
        send,
        options,
      );
      return found === undefined
        ? undefined
        : { kind, name, arn: found.EndpointArn!, status: found.EndpointStatus ?? 'unknown' };
    }
  }
}

export async function tagsOf(calls: ControlCalls, arn: string, signal?: AbortSignal): Promise<Record<string, string>> {
  const { ListTagsCommand } = await import('@aws-sdk/client-sagemaker');
  const client = await calls.connection.sagemaker();
  const tags: Record<string, string> = {};
  let token: string | undefined;
  do {
    const input = { ResourceArn: arn, ...(token === undefined ? {} : { NextToken: token }) };
    const page = await calls.call(
      'ListTags',
      arn,
      (abortSignal) => client.send(new ListTagsCommand(input), { abortSignal }),
      {
        signal,
        recover: async (thrown) => (isNotFound(thrown) ? { value: { Tags: [], $metadata: {} } } : undefined),
      },
    );
    for (const { Key, Value } of page.Tags ?? []) tags[Key!] = Value!;
    token = 'NextToken' in page ? page.NextToken : undefined;
  } while (token !== undefined);
  return tags;
}

/** One delete call; what is gone already counts as deleted. */
export async function deleteCall(
  calls: ControlCalls,
  kind: OwnedKind,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  const sdk = await import('@aws-sdk/client-sagemaker');
  const client = await calls.connection.sagemaker();
  const options = {
    signal,
    recover: async (thrown: unknown) => (isNotFound(thrown) ? { value: undefined } : undefined),
  };
  const send = {
    model: (abortSignal: AbortSignal) => client.send(new sdk.DeleteModelCommand({ ModelName: name }), { abortSignal }),
    'endpoint-config': (abortSignal: AbortSignal) =>
      client.send(new sdk.DeleteEndpointConfigCommand({ EndpointConfigName: name }), { abortSignal }),
    endpoint: (abortSignal: AbortSignal) =>
      client.send(new sdk.DeleteEndpointCommand({ EndpointName: name }), { abortSignal }),
    'inference-component': (abortSignal: AbortSignal) =>
      client.send(new sdk.DeleteInferenceComponentCommand({ InferenceComponentName: name }), { abortSignal }),
  }[kind];
  const operation = {
    model: 'DeleteModel',
    'endpoint-config': 'DeleteEndpointConfig',
    endpoint: 'DeleteEndpoint',
    'inference-component': 'DeleteInferenceComponent',
  }[kind];
  await calls.call<unknown>(operation, name, send, options);
}
