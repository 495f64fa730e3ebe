import { type Instances, isAssayError } from '@assay/core';
import { isNotFound } from '../aws/aws-error.ts';
import type { ControlCalls } from '../ownership/control-calls.ts';

/** What a job runs on, and since when. */
export interface JobUse {
  readonly instances: Instances;
  /** Milliseconds since the epoch. */
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** Of each instance, as AWS says; only of training jobs. */
  readonly billedSeconds: number | undefined;
  readonly log: { readonly group: string; readonly streams: string };
}

/**
 * Instances and times of a processing, training or transform job; undefined for a job that is gone, of another kind, or that one may
 * not describe: what it costs is unknown then, and no reason to end anything.
 */
export async function describeJob(calls: ControlCalls, arn: string, signal?: AbortSignal): Promise<JobUse | undefined> {
  const found = /:(processing-job|training-job|transform-job)\/(.+)$/.exec(arn);
  const [, kind, name] = found ?? [];
  const describe = KINDS[kind as keyof typeof KINDS];
  if (name === undefined || describe === undefined) return undefined;
  try {
    return await describe(calls, name, signal);
  } catch (thrown) {
    if (isAssayError(thrown) && thrown.code === 'AWS_ACCESS_DENIED') return undefined;
    throw thrown;
  }
}

async function processingJob(calls: ControlCalls, name: string, signal?: AbortSignal): Promise<JobUse | undefined> {
  const { DescribeProcessingJobCommand } = await import('@aws-sdk/client-sagemaker');
  const client = await calls.connection.sagemaker();
  const send = (abortSignal: AbortSignal) =>
    client.send(new DescribeProcessingJobCommand({ ProcessingJobName: name }), { abortSignal });
  const job = await calls.call<Awaited<ReturnType<typeof send>> | undefined>('DescribeProcessingJob', name, send, {
    signal,
    recover,
  });
  const cluster = job?.ProcessingResources?.ClusterConfig;
  if (job === undefined || cluster?.InstanceType === undefined) return undefined;
  return {
    instances: { use: 'processing', type: cluster.InstanceType, count: cluster.InstanceCount ?? 1 },
    startedAt: job.ProcessingStartTime?.getTime(),
    endedAt: job.ProcessingEndTime?.getTime(),
    billedSeconds: undefined,
    log: { group: '/aws/sagemaker/ProcessingJobs', streams: `${name}/` },
  };
}

async function trainingJob(calls: ControlCalls, name: string, signal?: AbortSignal): Promise<JobUse | undefined> {
  const { DescribeTrainingJobCommand } = await import('@aws-sdk/client-sagemaker');
  const client = await calls.connection.sagemaker();
  const send = (abortSignal: AbortSignal) =>
    client.send(new DescribeTrainingJobCommand({ TrainingJobName: name }), { abortSignal });
  const job = await calls.call<Awaited<ReturnType<typeof send>> | undefined>('DescribeTrainingJob', name, send, {
    signal,
    recover,
  });
  const resources = job?.ResourceConfig;
  if (job === undefined || resources?.InstanceType === undefined) return undefined;
  return {
    instances: { use: 'training', type: resources.InstanceType, count: resources.InstanceCount ?? 1 },
    startedAt: job.TrainingStartTime?.getTime(),
    endedAt: job.TrainingEndTime?.getTime(),
    billedSeconds: job.BillableTimeInSeconds,
    log: { group: '/aws/sagemaker/TrainingJobs', streams: `${name}/` },
  };
}

async function transformJob(calls: ControlCalls, name: string, signal?: AbortSignal): Promise<JobUse | undefined> {
  const { DescribeTransformJobCommand } = await import('@aws-sdk/client-sagemaker');
  const client = await calls.connection.sagemaker();
  const send = (abortSignal: AbortSignal) =>
    client.send(new DescribeTransformJobCommand({ TransformJobName: name }), { abortSignal });
  const job = await calls.call<Awaited<ReturnType<typeof send>> | undefined>('DescribeTransformJob', name, send, {
    signal,
    recover,
  });
  const resources = job?.TransformResources;
  if (job === undefined || resources?.InstanceType === undefined) return undefined;
  return {
    instances: { use: 'transform', type: resources.InstanceType, count: resources.InstanceCount ?? 1 },
    startedAt: job.TransformStartTime?.getTime(),
    endedAt: job.TransformEndTime?.getTime(),
    billedSeconds: undefined,
    log: { group: '/aws/sagemaker/TransformJobs', streams: `${name}/` },
  };
}

const KINDS = {
  'processing-job': processingJob,
  'training-job': trainingJob,
  'transform-job': transformJob,
} as const;

const recover = async (thrown: unknown) => (isNotFound(thrown) ? { value: undefined } : undefined);
