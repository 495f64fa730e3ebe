import { createHash } from 'node:crypto';
import { AssayError, type Clock, type PipelineGraph, systemClock } from '@assay/core';
import type { AwsConnection } from '../aws/aws-connection.ts';
import { ControlCalls } from '../ownership/control-calls.ts';
import type { PipelineDefinition } from './definition.ts';

export interface StartOptions {
  readonly connection: AwsConnection;
  /** Role of the pipeline itself; the jobs' role is a parameter of the definition. */
  readonly roleArn: string;
  /** Values for parameters; those without a default must be among them. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly maxParallelSteps?: number | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Names the execution in the console. */
  readonly displayName?: string | undefined;
  readonly clock?: Clock | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Creates or updates the pipeline of the definition. @returns its ARN */
export async function upsertPipeline(
  graph: PipelineGraph,
  definition: PipelineDefinition,
  options: StartOptions,
): Promise<string> {
  const { connection, roleArn, maxParallelSteps, tags = {}, signal } = options;
  const sdk = await import('@aws-sdk/client-sagemaker');
  const client = await connection.sagemaker();
  const calls = new ControlCalls(connection, options.clock ?? systemClock);
  const common = {
    PipelineName: graph.name,
    PipelineDefinition: JSON.stringify(definition),
    RoleArn: roleArn,
    ...(graph.description === null ? {} : { PipelineDescription: graph.description }),
    ...(maxParallelSteps === undefined
      ? {}
      : { ParallelismConfiguration: { MaxParallelExecutionSteps: maxParallelSteps } }),
  };
  const update = (): Promise<{ PipelineArn?: string | undefined }> =>
    calls.call(
      'UpdatePipeline',
      graph.name,
      (abortSignal) => client.send(new sdk.UpdatePipelineCommand(common), { abortSignal }),
      { signal },
    );
  const create = {
    ...common,
    ClientRequestToken: token(graph.name, common.PipelineDefinition),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  };
  const { PipelineArn } = await calls.call<{ PipelineArn?: string | undefined }>(
    'CreatePipeline',
    graph.name,
    (abortSignal) => client.send(new sdk.CreatePipelineCommand(create), { abortSignal }),
    {
      signal,
      recover: async (thrown) =>
        /already exist/i.test((thrown as Error).message) ? { value: await update() } : undefined,
    },
  );
  return PipelineArn ?? '';
}

/** Starts an execution. @returns its ARN, whose last part is the run's id. @throws AssayError CONFIG_INVALID for a parameter without a value */
export async function startPipeline(
  graph: PipelineGraph,
  definition: PipelineDefinition,
  options: StartOptions,
): Promise<string> {
  const { connection, parameters, displayName, signal } = options;
  const known = new Map(definition.Parameters.map((parameter) => [parameter.Name, parameter]));
  const strange = Object.keys(parameters).find((name) => !known.has(name));
  const missing = definition.Parameters.find(
    (parameter) => parameter.DefaultValue === undefined && parameters[parameter.Name] === undefined,
  );
  if (strange !== undefined || missing !== undefined) {
    const names = definition.Parameters.map(({ Name }) => Name).join(', ');
    throw new AssayError(
      'CONFIG_INVALID',
      strange === undefined
        ? `the pipeline needs a value for ${missing!.Name}`
        : `the pipeline has no parameter ${strange}`,
      {
        hint: hintFor(missing?.Name ?? '') ?? `its parameters: ${names}`,
      },
    );
  }
  await upsertPipeline(graph, definition, options);
  const { StartPipelineExecutionCommand } = await import('@aws-sdk/client-sagemaker');
  const client = await connection.sagemaker();
  const clock = options.clock ?? systemClock;
  const calls = new ControlCalls(connection, clock);
  const input = {
    PipelineName: graph.name,
    // One token for all attempts of this start: an answer that is lost does not start it twice.
    ClientRequestToken: token(graph.name, JSON.stringify(parameters), String(clock.now())),
    PipelineParameters: Object.entries(parameters).map(([Name, value]) => ({ Name, Value: String(value) })),
    ...(displayName === undefined ? {} : { PipelineExecutionDisplayName: displayName }),
  };
  const { PipelineExecutionArn } = await calls.call(
    'StartPipelineExecution',
    graph.name,
    (abortSignal) => client.send(new StartPipelineExecutionCommand(input), { abortSignal }),
    { signal },
  );
  return PipelineExecutionArn ?? '';
}

/**
 * Runs the steps of an execution that failed, were stopped or never started again, under its own id: with the inputs that
 * it was started with, on what its other steps left. @throws AssayError for one that goes on or has succeeded
 */
export async function retryPipeline(
  connection: AwsConnection,
  executionArn: string,
  options: { readonly clock?: Clock | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const { RetryPipelineExecutionCommand } = await import('@aws-sdk/client-sagemaker');
  const client = await connection.sagemaker();
  const clock = options.clock ?? systemClock;
  const calls = new ControlCalls(connection, clock);
  const input = {
    PipelineExecutionArn: executionArn,
    ClientRequestToken: token(executionArn, String(clock.now())),
  };
  await calls.call<unknown>(
    'RetryPipelineExecution',
    executionArn,
    (abortSignal) => client.send(new RetryPipelineExecutionCommand(input), { abortSignal }),
    { signal: options.signal },
  );
}

/** The id that every step of an execution sees: the tag of what it creates. */
export const executionId = (executionArn: string): string => executionArn.split('/').at(-1)!;

const HINTS: Readonly<Record<string, string>> = {
  Bucket: 'pass --bucket, or write aws.bucket',
  RoleArn: 'pass --role-arn, or write aws.role_arn, or set ASSAY_SAGEMAKER_ROLE',
  ImageUri: 'pass --image-uri, or write aws.image_uri: an image with assay in your ECR (docs/aws.md)',
};

const hintFor = (parameter: string): string | undefined =>
  /^Training/.test(parameter)
    ? `JumpStart does not know how to fine-tune this model: give --parameter ${parameter}=… yourself`
    : HINTS[parameter];

/** 64 characters that depend on the parts alone. */
export const token = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');
