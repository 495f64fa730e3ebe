import type { Instances } from '@assay/core';
import { isNotFound } from '../aws/aws-error.ts';
import type { ControlCalls } from '../ownership/control-calls.ts';
import { listOwnable } from '../ownership/list-ownable.ts';
import { tagsOf } from '../ownership/owned-resource.ts';
import { RUN_TAG } from '../ownership/owned-tags.ts';

/** An endpoint as the looks so far saw it. */
export interface SeenEndpoint {
  readonly name: string;
  readonly isOurs: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** When it was first seen to be deleted or gone. */
  readonly goneAt: number | undefined;
  readonly instances: readonly Instances[];
}

/** Brings `seen` (by ARN) up to date with the endpoints that carry this run's tag. */
export async function endpointsOf(
  calls: ControlCalls,
  runId: string,
  seen: Map<string, SeenEndpoint>,
  { now, signal }: { readonly now: number; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const there = new Set<string>();
  for (const { arn, name, status } of await listOwnable(calls, 'endpoint', signal)) {
    if (status !== 'Deleting') there.add(arn);
    if (seen.has(arn)) continue;
    const isOurs = (await tagsOf(calls, arn, signal))[RUN_TAG] === runId;
    const made = isOurs ? await describe(calls, name, signal) : undefined;
    seen.set(arn, {
      name,
      isOurs: made !== undefined,
      createdAt: made?.createdAt ?? now,
      goneAt: undefined,
      instances: made?.instances ?? [],
    });
  }
  for (const [arn, endpoint] of seen)
    if (!there.has(arn) && endpoint.goneAt === undefined) seen.set(arn, { ...endpoint, goneAt: now });
}

async function describe(
  calls: ControlCalls,
  name: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly createdAt: number; readonly instances: Instances[] } | undefined> {
  const { DescribeEndpointCommand, DescribeEndpointConfigCommand } = await import('@aws-sdk/client-sagemaker');
  const client = await calls.connection.sagemaker();
  const recover = async (thrown: unknown) => (isNotFound(thrown) ? { value: undefined } : undefined);
  const sendEndpoint = (abortSignal: AbortSignal) =>
    client.send(new DescribeEndpointCommand({ EndpointName: name }), { abortSignal });
  const endpoint = await calls.call<Awaited<ReturnType<typeof sendEndpoint>> | undefined>(
    'DescribeEndpoint',
    name,
    sendEndpoint,
    { signal, recover },
  );
  if (endpoint?.CreationTime === undefined) return undefined;
  const configName = endpoint.EndpointConfigName ?? name;
  const sendConfig = (abortSignal: AbortSignal) =>
    client.send(new DescribeEndpointConfigCommand({ EndpointConfigName: configName }), { abortSignal });
  const config = await calls.call<Awaited<ReturnType<typeof sendConfig>> | undefined>(
    'DescribeEndpointConfig',
    configName,
    sendConfig,
    { signal, recover },
  );
  const instances = (config?.ProductionVariants ?? []).flatMap(({ InstanceType, InitialInstanceCount }) =>
    InstanceType === undefined
      ? []
      : [{ use: 'endpoint' as const, type: InstanceType, count: InitialInstanceCount ?? 1 }],
  );
  return { createdAt: endpoint.CreationTime.getTime(), instances };
}
