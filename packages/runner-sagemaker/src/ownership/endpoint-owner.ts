import { AssayError, isAssayError } from '@assay/core';
import { endpointState } from '../invoke/endpoint-state.ts';
import type { ControlCalls } from './control-calls.ts';
import { tagsOf } from './owned-resource.ts';
import { RUN_TAG } from './owned-tags.ts';

/**
 * Whose an endpoint is: nobody's where there is none or it is being deleted, this run's where it carries its tag, otherwise
 * somebody else's. Who may not read tags owns nothing. @throws AssayError
 */
export async function endpointOwner(
  calls: ControlCalls,
  endpointName: string,
  runId: string,
  signal?: AbortSignal,
): Promise<'nobody' | 'this run' | 'somebody else'> {
  const state = await calls.call(
    'DescribeEndpoint',
    endpointName,
    (stop) => endpointState(calls.connection, endpointName, stop),
    { signal },
  );
  if (state === undefined || state.status === 'Deleting') return 'nobody';
  if (state.arn === undefined) return 'somebody else';
  try {
    return (await tagsOf(calls, state.arn, signal))[RUN_TAG] === runId ? 'this run' : 'somebody else';
  } catch (thrown) {
    if (isAssayError(thrown) && thrown.code === 'AWS_ACCESS_DENIED') return 'somebody else';
    throw thrown;
  }
}

/** An endpoint of somebody else cannot stand in for a model that was fine-tuned just now. */
export function tunedElsewhere(endpointName: string): AssayError {
  return new AssayError(
    'AWS_ENDPOINT',
    `endpoint ${endpointName} is not of this run: what answers there is not the model that was fine-tuned`,
    { hint: 'Give the model another endpoint_name, or none.' },
  );
}
