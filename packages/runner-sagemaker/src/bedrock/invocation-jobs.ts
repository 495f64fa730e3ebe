import { AssayError } from '@assay/core';
import type { CreateModelInvocationJobCommandInput, GetModelInvocationJobCommandOutput } from '@aws-sdk/client-bedrock';
import { awsError } from '../aws/aws-error.ts';
import type { ControlCalls } from '../ownership/control-calls.ts';

/** A failure after which nobody knows whether the call did its work. */
const UNKNOWN: ReadonlySet<string> = new Set(['AWS_SERVICE', 'RUNNER_TIMEOUT']);

/** Bedrock's batch inference jobs, as its control plane has them. */
export class InvocationJobs {
  readonly #calls: ControlCalls;

  constructor(calls: ControlCalls) {
    this.#calls = calls;
  }

  /** One attempt. @returns the job's ARN @throws AssayError RUNNER_CRASHED where the job may have been made all the same */
  async create(input: CreateModelInvocationJobCommandInput, signal: AbortSignal | undefined): Promise<string> {
    const { CreateModelInvocationJobCommand } = await import('@aws-sdk/client-bedrock');
    const client = await this.#client();
    const tried = {
      action: 'bedrock:CreateModelInvocationJob',
      resource: input.modelId ?? '',
      region: this.#calls.connection.region,
    };
    try {
      const options = signal === undefined ? {} : { abortSignal: signal };
      const { jobArn } = await client.send(new CreateModelInvocationJobCommand(input), options);
      if (jobArn !== undefined) return jobArn;
    } catch (thrown) {
      signal?.throwIfAborted();
      const error = awsError(thrown, tried);
      if (!UNKNOWN.has(error.code)) throw error;
      throw new AssayError('RUNNER_CRASHED', error.message, { cause: error });
    }
    throw new AssayError('RUNNER_CRASHED', 'Bedrock gave a new batch no ARN');
  }

  /** @throws AssayError */
  async get(arn: string, signal: AbortSignal | undefined): Promise<GetModelInvocationJobCommandOutput> {
    const { GetModelInvocationJobCommand } = await import('@aws-sdk/client-bedrock');
    const client = await this.#client();
    return this.#calls.call(
      'GetModelInvocationJob',
      arn,
      (abortSignal) => client.send(new GetModelInvocationJobCommand({ jobIdentifier: arn }), { abortSignal }),
      { service: 'bedrock', signal },
    );
  }

  /** The ARN of the job of that name; undefined where none is in sight. @throws AssayError */
  async named(name: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    const { ListModelInvocationJobsCommand } = await import('@aws-sdk/client-bedrock');
    const client = await this.#client();
    let token: string | undefined;
    do {
      const input = { nameContains: name, ...(token === undefined ? {} : { nextToken: token }) };
      const page = await this.#calls.call(
        'ListModelInvocationJobs',
        name,
        (abortSignal) => client.send(new ListModelInvocationJobsCommand(input), { abortSignal }),
        { service: 'bedrock', signal },
      );
      const found = page.invocationJobSummaries?.find(({ jobName }) => jobName === name);
      if (found !== undefined) return found.jobArn;
      token = page.nextToken;
    } while (token !== undefined);
    return undefined;
  }

  #client() {
    return this.#calls.connection.client('bedrock-control', async (config) => {
      const { BedrockClient } = await import('@aws-sdk/client-bedrock');
      return new BedrockClient(config);
    });
  }
}
