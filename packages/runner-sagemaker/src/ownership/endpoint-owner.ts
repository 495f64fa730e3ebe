import { AssayError, isAssayError, type ResolvedModel } from '@assay/core';
import { endpointState } from '../invoke/endpoint-state.ts';
import type { ControlCalls } from './control-calls.ts';
import { findResource, tagsOf } from './owned-resource.ts';
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

/**
 * Whether a model gets copies of its own on an endpoint of somebody else: the config says what a copy needs, and a component
 * that it names is not there, or is this run's. @throws AssayError
 */
export async function isGuest(
  calls: ControlCalls,
  { sagemaker, config }: Extract<ResolvedModel, { runner: 'sagemaker' }>,
  runId: string,
  signal?: AbortSignal,
): Promise<boolean> {
  if (config.deployment_config?.inference_component === undefined) return false;
  const { inference_component: name } = sagemaker;
  const found = name === undefined ? undefined : await findResource(calls, 'inference-component', name, signal);
  return found === undefined || (await tagsOf(calls, found.arn, signal))[RUN_TAG] === runId;
}

/** The variant of an endpoint that takes copies of a model. @param named of the config; else the first */
export async function variantOf(
  calls: ControlCalls,
  endpointName: string,
  named: string | undefined,
  signal?: AbortSignal,
): Promise<string | undefined> {
  if (named !== undefined) return named;
  const state = await calls.call(
    'DescribeEndpoint',
    endpointName,
    (stop) => endpointState(calls.connection, endpointName, stop),
    { signal },
  );
  return state?.variant;
}

/** An endpoint of somebody else cannot stand in for a model that was fine-tuned just now. */
export function tunedElsewhere(endpointName: string): AssayError {
  return new AssayError(
    'AWS_ENDPOINT',
    `endpoint ${endpointName} is not of this run: what answers there is not the model that was fine-tuned`,
    { hint: 'Give the model another endpoint_name, or none; or copies of its own there: inference_component.' },
  );
}
