import {
  type AssayError,
  type Clock,
  type Limits,
  limitReached,
  type PriceTable,
  systemClock,
  toAssayError,
  totalOf,
} from '@assay/core';
import type { PipelineExecutionStep } from '@aws-sdk/client-sagemaker';
import type { AwsConnection } from '../aws/aws-connection.ts';
import { type BilledLine, ExecutionCosts } from '../cost/execution-costs.ts';
import { ControlCalls } from '../ownership/control-calls.ts';
import { type SweepReport, sweepAll } from '../ownership/sweep.ts';
import { executionId, token } from './start-pipeline.ts';

export interface WatchedStep {
  readonly name: string;
  /** As SageMaker says; new values are added now and then. */
  readonly status: string;
  readonly failureReason: string | null;
  readonly attempts: number;
  /** Billed or not, from its start to its end or until now. */
  readonly elapsedMs: number;
  /** ARN of its job, for logs. */
  readonly job: string | null;
}

export interface WatchedExecution {
  readonly status: string;
  readonly failureReason: string | null;
  readonly steps: readonly WatchedStep[];
  /** Milliseconds since the epoch. */
  readonly startedAt: number | null;
}

export interface WatchOptions {
  readonly clock?: Clock | undefined;
  readonly signal?: AbortSignal | undefined;
  /** After each look, if anything changed; with what was paid for so far. */
  readonly onChange?: (execution: WatchedExecution, billed: readonly BilledLine[]) => void;
  readonly prices?: PriceTable | undefined;
  /** Other regions in which its models lie: what they cost there counts, and what is left there is deleted too. */
  readonly elsewhere?: readonly AwsConnection[] | undefined;
  /** When it began to count against the limit of the time, in milliseconds since the epoch. @default its creation */
  readonly since?: number | undefined;
  /** Beyond them the execution is stopped, and followed to its end. */
  readonly limits?: Limits | undefined;
  /** A limit is reached, and the execution is being stopped. */
  readonly onLimit?: (error: AssayError) => void;
  /** What it costs cannot be seen, told once; it is followed all the same. */
  readonly onCostUnknown?: (error: AssayError) => void;
}

export interface WatchResult {
  readonly execution: WatchedExecution;
  readonly swept: SweepReport;
  /** What was paid for, as billed where AWS says so. */
  readonly billed: readonly BilledLine[];
  /** The limit that ended it. */
  readonly limit: AssayError | undefined;
}

const ENDED: ReadonlySet<string> = new Set(['Succeeded', 'Failed', 'Stopped', 'CompletedWithFailures']);
const POLL_MS = 15_000;

/** What an execution is at. @throws AssayError */
export async function describeExecution(
  connection: AwsConnection,
  executionArn: string,
  options: WatchOptions = {},
): Promise<WatchedExecution> {
  const { DescribePipelineExecutionCommand, ListPipelineExecutionStepsCommand } = await import(
    '@aws-sdk/client-sagemaker'
  );
  const client = await connection.sagemaker();
  const clock = options.clock ?? systemClock;
  const calls = new ControlCalls(connection, clock);
  const described = await calls.call(
    'DescribePipelineExecution',
    executionArn,
    (abortSignal) =>
      client.send(new DescribePipelineExecutionCommand({ PipelineExecutionArn: executionArn }), { abortSignal }),
    { signal: options.signal },
  );
  const steps: WatchedStep[] = [];
  let token: string | undefined;
  do {
    const input = {
      PipelineExecutionArn: executionArn,
      MaxResults: 100,
      SortOrder: 'Ascending' as const,
      ...(token === undefined ? {} : { NextToken: token }),
    };
    const page = await calls.call(
      'ListPipelineExecutionSteps',
      executionArn,
      (abortSignal) => client.send(new ListPipelineExecutionStepsCommand(input), { abortSignal }),
      { signal: options.signal },
    );
    for (const step of page.PipelineExecutionSteps ?? []) steps.push(watchedStep(step, clock.now()));
    token = page.NextToken;
  } while (token !== undefined);
  return {
    status: described.PipelineExecutionStatus ?? 'Unknown',
    failureReason: described.FailureReason ?? null,
    steps,
    startedAt: described.CreationTime?.getTime() ?? null,
  };
}

/**
 * Follows an execution to its end, and then deletes whatever it left behind: the last of the three nets under an
 * endpoint, after the deploy step's own and the clean-up step. At a limit of cost or time it stops the execution first.
 */
export async function watchPipeline(
  connection: AwsConnection,
  executionArn: string,
  options: WatchOptions = {},
): Promise<WatchResult> {
  const clock = options.clock ?? systemClock;
  const { prices, limits = {}, signal, elsewhere = [] } = options;
  const runId = executionId(executionArn);
  const costs = new ExecutionCosts(connection, runId, { prices, clock, signal, elsewhere });
  const watchedFrom = clock.now();
  let limit: AssayError | undefined;
  let billed: readonly BilledLine[] = [];
  let isCostUnknown = false;
  let last = '';
  for (;;) {
    const execution = await describeExecution(connection, executionArn, options);
    const state = JSON.stringify([execution.status, execution.steps.map(({ name, status }) => [name, status])]);
    try {
      billed = await costs.look(execution.steps, execution.startedAt ?? watchedFrom);
    } catch (thrown) {
      // Whatever else is amiss, what the execution leaves behind is deleted at its end.
      signal?.throwIfAborted();
      if (!isCostUnknown) options.onCostUnknown?.(toAssayError(thrown, 'AWS_SERVICE'));
      isCostUnknown = true;
    }
    if (state !== last) options.onChange?.(execution, billed);
    last = state;
    if (ENDED.has(execution.status)) {
      const swept = await sweepAll([connection, ...elsewhere], { runId, includeKept: false, clock });
      return { execution, swept, billed, limit };
    }
    const taken = {
      cost: totalOf(billed).amount,
      currency: prices?.currency ?? '',
      elapsedMs: clock.now() - (options.since ?? execution.startedAt ?? watchedFrom),
    };
    if (limit === undefined) {
      limit = limitReached(limits, taken);
      if (limit !== undefined) {
        options.onLimit?.(limit);
        await stopPipeline(connection, executionArn, clock);
      }
    }
    await clock.sleep(POLL_MS, options.signal);
  }
}

/** Asks SageMaker to stop; what is left is deleted by the watcher or by `assay pipeline sweep --run`. */
export async function stopPipeline(
  connection: AwsConnection,
  executionArn: string,
  clock: Clock = systemClock,
): Promise<void> {
  const { StopPipelineExecutionCommand } = await import('@aws-sdk/client-sagemaker');
  const client = await connection.sagemaker();
  const calls = new ControlCalls(connection, clock);
  const input = {
    PipelineExecutionArn: executionArn,
    // Of this call alone: an execution that was continued can be stopped again.
    ClientRequestToken: token(executionArn, 'stop', String(clock.now())),
  };
  await calls.call('StopPipelineExecution', executionArn, (abortSignal) =>
    client.send(new StopPipelineExecutionCommand(input), { abortSignal }),
  );
}

function watchedStep(step: PipelineExecutionStep, now: number): WatchedStep {
  const { StepName, StepStatus, FailureReason, AttemptCount, StartTime, EndTime, Metadata } = step;
  const job = Metadata?.ProcessingJob?.Arn ?? Metadata?.TrainingJob?.Arn ?? null;
  return {
    name: StepName ?? '',
    status: StepStatus ?? 'Unknown',
    failureReason: FailureReason ?? null,
    attempts: AttemptCount ?? 1,
    elapsedMs: StartTime === undefined ? 0 : (EndTime?.getTime() ?? now) - StartTime.getTime(),
    job,
  };
}
