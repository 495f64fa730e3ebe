import { isAssayError } from '@assay/core';
import { isNotFound } from '../aws/aws-error.ts';
import type { ControlCalls } from './control-calls.ts';

/**
 * The Batch Transform jobs of any owner that are running, over all pages; none where one may not list them, since most
 * who sweep never ran one. @throws AssayError
 */
export async function runningTransformJobs(
  calls: ControlCalls,
  signal?: AbortSignal,
): Promise<{ readonly name: string; readonly arn: string }[]> {
  const { ListTransformJobsCommand } = await import('@aws-sdk/client-sagemaker');
  const client = await calls.connection.sagemaker();
  const found: { name: string; arn: string }[] = [];
  let token: string | undefined;
  try {
    do {
      const input = {
        StatusEquals: 'InProgress' as const,
        MaxResults: 100,
        ...(token === undefined ? {} : { NextToken: token }),
      };
      const page = await calls.call(
        'ListTransformJobs',
        '*',
        (abortSignal) => client.send(new ListTransformJobsCommand(input), { abortSignal }),
        { signal },
      );
      for (const { TransformJobName, TransformJobArn } of page.TransformJobSummaries ?? [])
        found.push({ name: TransformJobName!, arn: TransformJobArn! });
      token = page.NextToken;
    } while (token !== undefined);
  } catch (thrown) {
    if (!isAssayError(thrown) || thrown.code !== 'AWS_ACCESS_DENIED') throw thrown;
  }
  return found;
}

/** Asks SageMaker to stop a job; one that has ended already is left alone. @throws AssayError */
export async function stopTransformJob(calls: ControlCalls, name: string, signal?: AbortSignal): Promise<void> {
  const { StopTransformJobCommand } = await import('@aws-sdk/client-sagemaker');
  const client = await calls.connection.sagemaker();
  await calls.call<unknown>(
    'StopTransformJob',
    name,
    (abortSignal) => client.send(new StopTransformJobCommand({ TransformJobName: name }), { abortSignal }),
    {
      signal,
      recover: async (thrown) =>
        isNotFound(thrown) || /is in status|has already|cannot be stopped/i.test((thrown as Error).message)
          ? { value: undefined }
          : undefined,
    },
  );
}
