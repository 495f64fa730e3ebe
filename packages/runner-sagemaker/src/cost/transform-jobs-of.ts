import { isAssayError } from '@assay/core';
import type { ControlCalls } from '../ownership/control-calls.ts';
import { tagsOf } from '../ownership/owned-resource.ts';
import { RUN_TAG } from '../ownership/owned-tags.ts';

/** A Batch Transform job as the looks so far saw it. */
export interface SeenJob {
  readonly name: string;
  readonly isOurs: boolean;
}

/**
 * Adds to `seen` (by ARN) the transform jobs, running or over, that were created since a time; none where one may not list
 * them. @param since milliseconds since the epoch. @throws AssayError
 */
export async function transformJobsOf(
  calls: ControlCalls,
  runId: string,
  seen: Map<string, SeenJob>,
  { since, signal }: { readonly since: number; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const { ListTransformJobsCommand } = await import('@aws-sdk/client-sagemaker');
  const client = await calls.connection.sagemaker();
  let token: string | undefined;
  do {
    const input = {
      CreationTimeAfter: new Date(since - 1000),
      MaxResults: 100,
      ...(token === undefined ? {} : { NextToken: token }),
    };
    try {
      const page = await calls.call(
        'ListTransformJobs',
        '*',
        (abortSignal) => client.send(new ListTransformJobsCommand(input), { abortSignal }),
        { signal },
      );
      for (const { TransformJobName: name = '', TransformJobArn: arn = '' } of page.TransformJobSummaries ?? [])
        if (!seen.has(arn)) seen.set(arn, { name, isOurs: (await tagsOf(calls, arn, signal))[RUN_TAG] === runId });
      token = page.NextToken;
    } catch (thrown) {
      if (isAssayError(thrown) && thrown.code === 'AWS_ACCESS_DENIED') return;
      throw thrown;
    }
  } while (token !== undefined);
}
