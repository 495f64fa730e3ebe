import { AssayError } from '@assay/core';
import type { AwsConnection } from '../aws/aws-connection.ts';
import { isNotFound } from '../aws/aws-error.ts';

export interface EndpointState {
  readonly status: string;
  readonly failureReason?: string;
  /** Changes with each deployment. */
  readonly configName?: string;
  readonly arn?: string;
  /** The first, of an endpoint that is up. */
  readonly variant?: string;
}

/** What DescribeEndpoint says; `unknown` where the identity may not ask; undefined when there is no such endpoint. */
export async function endpointState(
  connection: AwsConnection,
  endpointName: string,
  signal?: AbortSignal,
): Promise<EndpointState | undefined> {
  const { DescribeEndpointCommand } = await import('@aws-sdk/client-sagemaker');
  const client = await connection.sagemaker();
  try {
    const command = new DescribeEndpointCommand({ EndpointName: endpointName });
    const described = await client.send(command, signal === undefined ? {} : { abortSignal: signal });
    const variant = described.ProductionVariants?.[0]?.VariantName;
    return {
      status: described.EndpointStatus ?? 'unknown',
      ...(described.FailureReason === undefined ? {} : { failureReason: described.FailureReason }),
      ...(described.EndpointConfigName === undefined ? {} : { configName: described.EndpointConfigName }),
      ...(described.EndpointArn === undefined ? {} : { arn: described.EndpointArn }),
      ...(variant === undefined ? {} : { variant }),
    };
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    // InvokeEndpoint alone is a permission to live with: the first invocation will tell.
    if (/AccessDenied/.test((thrown as Error).name)) return { status: 'unknown' };
    throw thrown;
  }
}

const SERVING: ReadonlySet<string> = new Set(['InService', 'Updating', 'SystemUpdating', 'RollingBack', 'unknown']);

/** Undefined when the endpoint can be called. */
export function notServing(
  endpointName: string,
  region: string,
  state: EndpointState | undefined,
): AssayError | undefined {
  if (state === undefined) {
    return new AssayError('AWS_ENDPOINT', `there is no endpoint ${endpointName} in ${region}`, {
      hint: 'Check the name and the region, or let assay deploy it: add deployment_config with an instance_type.',
    });
  }
  if (SERVING.has(state.status)) return undefined;
  const reason = state.failureReason === undefined ? '' : `: ${state.failureReason}`;
  return new AssayError('AWS_ENDPOINT', `endpoint ${endpointName} is ${state.status}${reason}`, {
    hint: state.status === 'Creating' ? 'Wait until it is InService.' : 'Only an endpoint InService answers.',
  });
}
