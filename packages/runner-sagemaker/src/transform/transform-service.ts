import {
  AssayError,
  type Batch,
  type BatchLine,
  type BatchResult,
  type BatchService,
  type BatchState,
  type Instances,
  isAssayError,
  systemClock,
  toAssayError,
} from '@assay/core';
import type { CreateTransformJobCommandInput } from '@aws-sdk/client-sagemaker';
import type { AwsConnection } from '../aws/aws-connection.ts';
import { awsError } from '../aws/aws-error.ts';
import type { S3Bucket } from '../aws/s3-bucket.ts';
import { volumeKey } from '../aws/storage-volume.ts';
import type { SageMakerModel } from '../create-sagemaker-runner.ts';
import type { DeploymentPlan } from '../deploy/deployment-plan.ts';
import type { OpenSageMakerRunnerOptions } from '../open-runner-options.ts';
import type { ownedTags } from '../ownership/owned-tags.ts';
import type { OwnershipLedger } from '../ownership/ownership-ledger.ts';
import { resourceName } from '../ownership/resource-name.ts';
import type { Payload } from '../payload/payload.ts';
import { readAnswer } from '../payload/read-answer.ts';
import { jobFailed, unwritten } from './job-failures.ts';
import type { OwnedModel } from './owned-model.ts';
import { linesDigest, outputLines, type TransformPart, transformParts } from './transform-files.ts';
import { isRunning, type TransformJobs } from './transform-job.ts';

/** The most that InvocationsTimeoutInSeconds may be. */
const LONGEST_INVOCATION_S = 3600;

export interface TransformServiceParts {
  readonly model: SageMakerModel;
  readonly options: OpenSageMakerRunnerOptions;
  readonly plan: DeploymentPlan;
  readonly instanceType: string;
  readonly payload: Payload;
  readonly connection: AwsConnection;
  readonly ledger: OwnershipLedger;
  readonly tags: ReturnType<typeof ownedTags>;
  readonly store: S3Bucket;
  readonly jobs: TransformJobs;
  readonly owned: OwnedModel;
}

/**
 * Batch Transform as a batch service: requests go to S3 as lines, a job runs over them, and each line of its output is the
 * answer to the line in its place. A job is named after its requests, so one that was begun is found.
 */
export class TransformService implements BatchService {
  readonly name = 'Batch Transform';
  readonly limits = { requests: 50_000, bytes: Number.POSITIVE_INFINITY };
  readonly settlesMs = 0;
  readonly poll = { firstMs: 5_000, longestMs: 30_000 };
  readonly #parts: TransformServiceParts;
  /** Jobs under way, by when they were first looked at; to be stopped when nobody waits for them any more. */
  readonly #running = new Map<string, number>();

  constructor(parts: TransformServiceParts) {
    this.#parts = parts;
  }

  async create(_: Batch, lines: readonly BatchLine[], __: string | undefined, signal?: AbortSignal): Promise<string> {
    const { model, jobs } = this.#parts;
    const digest = linesDigest(lines);
    const { name, state } = await jobs.find(model.name, digest, signal);
    if (state === undefined) await this.#start(name, lines, digest, signal);
    return name;
  }

  /** A job of an earlier life is found as it would be started again. */
  async find(): Promise<undefined> {
    return undefined;
  }

  async look(name: string, signal?: AbortSignal): Promise<BatchState> {
    const { jobs, options } = this.#parts;
    const { clock = systemClock } = options;
    const since = this.#running.get(name) ?? clock.now();
    this.#running.set(name, since);
    const state = await jobs.look(name, clock.now() - since, signal);
    const said = state?.status ?? 'InProgress';
    if (state === undefined || isRunning(state)) return { said, isOver: false };
    this.#running.delete(name);
    // A job without any output has said nothing about the samples: they are left for a resume.
    const isEmpty = (await this.#outputs(name, signal)).size === 0;
    return { said, isOver: true, failure: isEmpty ? jobFailed(state) : undefined };
  }

  async *results(name: string, { customIds }: Batch, _: BatchState, signal?: AbortSignal): AsyncGenerator<BatchResult> {
    const { store, jobs } = this.#parts;
    const outputs = await this.#outputs(name, signal);
    const ended = await jobs.describe(name, signal);
    for (const part of transformParts(customIds)) {
      const key = outputs.get(`${part.name}.out`);
      const output = key === undefined ? undefined : await store.get(key, signal);
      if (output !== undefined) yield* this.#join(part, output);
      else {
        const error = unwritten(part.name, ended);
        for (const customId of part.lines) yield { customId, kind: 'failed', error };
      }
    }
  }

  /** Never throws: what runs on ends by itself, and a resume finds it. */
  async stop(name: string): Promise<boolean> {
    const { jobs, options } = this.#parts;
    this.#running.delete(name);
    try {
      await jobs.stop(name);
      options.deployHooks?.onDeleted?.({ kind: 'transform-job', name });
      return true;
    } catch (thrown) {
      const error = toAssayError(thrown, 'AWS_SERVICE');
      options.deployHooks?.onLeft?.({ kind: 'transform-job', name, error });
      return false;
    }
  }

  async close(): Promise<void> {
    const { owned, ledger, connection } = this.#parts;
    for (const name of [...this.#running.keys()]) await this.stop(name);
    await owned.close();
    await ledger.close();
    await connection.close();
  }

  #folder(name: string): string {
    const { options } = this.#parts;
    return `${(options.aws?.prefix ?? 'assay').replaceAll(/^\/+|\/+$/g, '')}/transform/${name}`;
  }

  /** Keys of the job's output objects, by name. */
  async #outputs(name: string, signal: AbortSignal | undefined): Promise<Map<string, string>> {
    const keys = await this.#parts.store.list(`${this.#folder(name)}/output/`, signal);
    return new Map(keys.map((key) => [key.slice(key.lastIndexOf('/') + 1), key]));
  }

  /** Uploads the lines and starts the job. */
  async #start(
    name: string,
    lines: readonly BatchLine[],
    digest: string,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { model, options, plan, store, jobs, owned, tags } = this.#parts;
    const hooks = options.deployHooks ?? {};
    const folder = this.#folder(name);
    const { instanceType } = this.#parts;
    const instances: Instances = { use: 'transform', type: instanceType, count: plan.instanceCount };
    hooks.onPlanned?.({ name, instances });
    for (const { name: file, lines: own } of transformParts(lines)) {
      signal?.throwIfAborted();
      const text = own.map(({ body }) => `${body}\n`).join('');
      await store.put(`${folder}/input/${file}`, () => text, { contentType: 'application/jsonlines', signal });
    }
    // Named by the batch too: shards of one execution have models of their own, and none deletes another's.
    const modelName = await owned.name(resourceName('assay', model.name, options.runId, 'transform', digest), signal);
    signal?.throwIfAborted();
    hooks.onCreating?.({ kind: 'transform-job', name });
    const { kms } = options.aws ?? {};
    const volumeKms = volumeKey(instanceType, kms?.volume);
    const { timeout_s: timeoutS, max_concurrency: concurrency } = model.config.limits ?? {};
    const type = model.sagemaker.transform?.content_type ?? 'application/json';
    const input: CreateTransformJobCommandInput = {
      TransformJobName: name,
      ModelName: modelName,
      // One line is one request; its answer becomes one line.
      BatchStrategy: 'SingleRecord',
      TransformInput: {
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: store.uri(`${folder}/input/`) } },
        ContentType: type,
        SplitType: 'Line',
        CompressionType: 'None',
      },
      TransformOutput: {
        S3OutputPath: store.uri(`${folder}/output`),
        Accept: type,
        AssembleWith: 'Line',
        ...(kms?.output === undefined ? {} : { KmsKeyId: kms.output }),
      },
      TransformResources: {
        InstanceType: instanceType as NonNullable<CreateTransformJobCommandInput['TransformResources']>['InstanceType'],
        InstanceCount: plan.instanceCount,
        ...(volumeKms === undefined ? {} : { VolumeKmsKeyId: volumeKms }),
      },
      // Together they may ask for 100 MB of memory, at 6 MB for a request.
      ...(concurrency === undefined ? {} : { MaxConcurrentTransforms: Math.min(concurrency, 16) }),
      ...(timeoutS === undefined
        ? {}
        : { ModelClientConfig: { InvocationsTimeoutInSeconds: Math.ceil(Math.min(timeoutS, LONGEST_INVOCATION_S)) } }),
      Tags: [...tags],
    };
    try {
      await jobs.create(input, signal);
    } catch (thrown) {
      // A call that was refused started nothing; after anything else nobody knows.
      if (!isAssayError(thrown) || thrown.retryable) await this.stop(name);
      throw thrown;
    }
  }

  /** Gives each line of an output to the request of that line. */
  *#join(part: TransformPart<string>, output: string): Generator<BatchResult> {
    const lines = outputLines(output);
    if (lines.length !== part.lines.length) {
      const error = new AssayError(
        'AWS_RESPONSE_SHAPE',
        `${part.name} has ${part.lines.length} prompts and its output ${lines.length} lines: no answer can be told from another`,
        { hint: 'The container must answer each request with JSON on one line.' },
      );
      for (const customId of part.lines) yield { customId, kind: 'failed', error };
      return;
    }
    const { payload, connection } = this.#parts;
    for (const [i, customId] of part.lines.entries()) {
      try {
        yield { customId, kind: 'answered', answer: readAnswer(lines[i]!, payload.output) };
      } catch (thrown) {
        const tried = { action: 'sagemaker:CreateTransformJob', resource: part.name, region: connection.region };
        yield { customId, kind: 'failed', error: awsError(thrown, tried) };
      }
    }
  }
}
