import { AssayError, type Clock } from '@assay/core';
import type { CreateTransformJobCommandInput, DescribeTransformJobCommandOutput } from '@aws-sdk/client-sagemaker';
import { isNotFound } from '../aws/aws-error.ts';
import type { ControlCalls } from '../ownership/control-calls.ts';
import { tagsOf } from '../ownership/owned-resource.ts';
import { RUN_TAG } from '../ownership/owned-tags.ts';
import type { OwnershipLedger } from '../ownership/ownership-ledger.ts';
import { resourceName } from '../ownership/resource-name.ts';
import { stopTransformJob } from '../ownership/transform-jobs.ts';

/** What a job is at. */
export interface TransformState {
  readonly job: string;
  /** As SageMaker says: InProgress, Completed, Failed, Stopping, Stopped. */
  readonly status: string;
  readonly failureReason: string | undefined;
  readonly arn: string;
}

export interface TransformJobsOptions {
  readonly calls: ControlCalls;
  readonly ledger: OwnershipLedger;
  readonly runId: string;
  readonly clock: Clock;
  /** At each look. */
  readonly onLook?:
    | ((event: { readonly job: string; readonly status: string; readonly elapsedMs: number }) => void)
    | undefined;
}

/** Jobs of one batch that may have failed or been stopped before. */
const MOST_TRIES = 20;

export function isRunning({ status }: TransformState): boolean {
  return status === 'InProgress' || status === 'Stopping';
}

/** Batch Transform jobs of one run: found again by their names, started, awaited, stopped. */
export class TransformJobs {
  readonly #options: TransformJobsOptions;

  constructor(options: TransformJobsOptions) {
    this.#options = options;
  }

  /**
   * The job of a batch that this run began earlier and that is running or done; otherwise the name for a new one.
   * Jobs that failed or were stopped are left behind.
   */
  async find(
    model: string,
    digest: string,
    signal?: AbortSignal,
  ): Promise<{ readonly name: string; readonly state: TransformState | undefined }> {
    const { runId } = this.#options;
    for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
      const name = resourceName('assay', model, runId, digest, String(attempt));
      const state = await this.describe(name, signal);
      if (state === undefined) return { name, state };
      if (state.status !== 'Failed' && state.status !== 'Stopped' && state.status !== 'Stopping')
        return { name, state: await this.#ours(state, signal) };
    }
    throw new AssayError('AWS_SERVICE', `${MOST_TRIES} transform jobs of the same prompts failed or were stopped`);
  }

  /** Ledger first, then the call. @throws AssayError */
  async create(input: CreateTransformJobCommandInput, signal?: AbortSignal): Promise<void> {
    const { calls, clock } = this.#options;
    const name = input.TransformJobName!;
    await this.#record('creating', name);
    const { CreateTransformJobCommand } = await import('@aws-sdk/client-sagemaker');
    const client = await calls.connection.sagemaker();
    const begun = clock.now();
    await calls.call<unknown>(
      'CreateTransformJob',
      name,
      (abortSignal) => client.send(new CreateTransformJobCommand(input), { abortSignal }),
      {
        signal,
        recover: async (thrown) => {
          // The model was created a moment ago and need not be visible yet.
          if (isNotFound(thrown) && clock.now() - begun < 60_000) return 'again';
          // An earlier attempt got through whose answer was lost.
          if (!/already exist/i.test((thrown as Error).message)) return undefined;
          const state = await this.describe(name);
          if (state !== undefined) await this.#ours(state);
          return { value: undefined };
        },
      },
    );
  }

  /** What a job is at; its end is recorded. @throws AssayError; the signal's reason */
  async look(name: string, elapsedMs: number, signal?: AbortSignal): Promise<TransformState | undefined> {
    const state = await this.describe(name, signal);
    this.#options.onLook?.({ job: name, status: state?.status ?? 'InProgress', elapsedMs });
    if (state !== undefined && !isRunning(state)) await this.#record('ended', name);
    return state;
  }

  /** Asks SageMaker to stop a job; one that has ended already is left alone. @throws AssayError */
  async stop(name: string): Promise<void> {
    await stopTransformJob(this.#options.calls, name);
    await this.#record('stopped', name);
  }

  async describe(name: string, signal?: AbortSignal): Promise<TransformState | undefined> {
    const { calls } = this.#options;
    const { DescribeTransformJobCommand } = await import('@aws-sdk/client-sagemaker');
    const client = await calls.connection.sagemaker();
    const found = await calls.call<DescribeTransformJobCommandOutput | undefined>(
      'DescribeTransformJob',
      name,
      (abortSignal) => client.send(new DescribeTransformJobCommand({ TransformJobName: name }), { abortSignal }),
      { signal, recover: async (thrown) => (isNotFound(thrown) ? { value: undefined } : undefined) },
    );
    if (found === undefined) return undefined;
    return {
      job: name,
      status: found.TransformJobStatus ?? 'InProgress',
      failureReason: found.FailureReason,
      arn: found.TransformJobArn ?? '',
    };
  }

  async #ours(state: TransformState, signal?: AbortSignal): Promise<TransformState> {
    const { calls, runId } = this.#options;
    if ((await tagsOf(calls, state.arn, signal))[RUN_TAG] === runId) return state;
    throw new AssayError('AWS_SERVICE', `there is a transform job ${state.job} that is not of this run`);
  }

  #record(event: 'creating' | 'stopped' | 'ended', name: string): Promise<void> {
    const { ledger, runId, clock, calls } = this.#options;
    const at = new Date(clock.now()).toISOString();
    return ledger.append({ event, kind: 'transform-job', name, region: calls.connection.region, runId, at });
  }
}
