import { createHash } from 'node:crypto';
import {
  AssayError,
  type Completion,
  failedAnswer,
  type Instances,
  isAssayError,
  type Prompt,
  type RunnerWith,
  systemClock,
  toAssayError,
} from '@assay/core';
import type { CreateTransformJobCommandInput } from '@aws-sdk/client-sagemaker';
import { AwsConnection } from '../aws/aws-connection.ts';
import { awsError } from '../aws/aws-error.ts';
import { requireOwnBucket } from '../aws/own-bucket.ts';
import { S3Bucket } from '../aws/s3-bucket.ts';
import { volumeKey } from '../aws/storage-volume.ts';
import type { SageMakerModel } from '../create-sagemaker-runner.ts';
import { type DeploymentPlan, planDeployment } from '../deploy/deployment-plan.ts';
import { defaultSources } from '../jumpstart/default-sources.ts';
import type { OpenSageMakerRunnerOptions } from '../open-runner-options.ts';
import { ControlCalls } from '../ownership/control-calls.ts';
import { ownedTags } from '../ownership/owned-tags.ts';
import { OwnershipLedger } from '../ownership/ownership-ledger.ts';
import { resourceName } from '../ownership/resource-name.ts';
import { createPayload, type Payload } from '../payload/payload.ts';
import { readAnswer } from '../payload/read-answer.ts';
import { jobFailed, unwritten } from './job-failures.ts';
import { OwnedModel } from './owned-model.ts';
import { outputLines, type TransformLine, type TransformPart, transformParts } from './transform-files.ts';
import { TransformJobs, type TransformState } from './transform-job.ts';

/** Prompts of one job. More make further jobs, one after the other. */
const PROMPTS_PER_JOB = 50_000;
const EXPIRES_AFTER_H = 24;
/** The most that InvocationsTimeoutInSeconds may be. */
const LONGEST_INVOCATION_S = 3600;

/**
 * Answers by SageMaker Batch Transform: gathers prompts, writes them to S3 as lines, runs a job over them, and gives each
 * line of its output back to the prompt of that line. A job that a killed run left behind is found by its name.
 * @throws AssayError CONFIG_INVALID without a bucket, role or instance type; MODEL_NOT_FOUND
 */
export async function openTransformRunner(
  model: SageMakerModel,
  options: OpenSageMakerRunnerOptions,
): Promise<RunnerWith<'generate' | 'close'>> {
  const { aws, clock = systemClock, runId } = options;
  if (aws?.bucket === undefined)
    throw new AssayError('CONFIG_INVALID', `${model.name} asks for mode transform, which needs a bucket`, {
      hint: 'write aws.bucket: prompts and answers go through it',
    });
  const roleArn = options.roleArn ?? aws.role_arn ?? process.env.ASSAY_SAGEMAKER_ROLE;
  if (roleArn === undefined && model.sagemaker.sagemaker_model === undefined)
    throw new AssayError('CONFIG_INVALID', `to create a model for ${model.name}, SageMaker needs an execution role`, {
      hint: 'pass --role-arn, or write aws.role_arn, or set ASSAY_SAGEMAKER_ROLE',
    });
  const settings = model.config.evaluation_config;
  const connection = new AwsConnection(options);
  try {
    await requireOwnBucket(connection, { ...options, bucket: aws.bucket });
    const sources = options.modelSources ?? defaultSources(connection, { ...options, hub: model.sagemaker.hub });
    const plan = await planDeployment(model.name, model.sagemaker, model.config, {
      sources,
      acceptEula: options.acceptEula,
    });
    const payload = createPayload({
      payload: model.sagemaker.payload,
      contentTemplate: settings?.content_template,
      shape: plan.payload,
      inferenceParameters: model.inferenceParameters,
      output: settings?.output,
      model: model.name,
    });
    const ledger = await OwnershipLedger.open(options.ledgerFile);
    const calls = new ControlCalls(connection, clock);
    const hooks = options.deployHooks ?? {};
    const expiresAt = clock.now() + (aws.expires_after_h ?? EXPIRES_AFTER_H) * 3_600_000;
    const tags = ownedTags({ runId, owner: options.owner, expiresAt, tags: aws.tags });
    const context = { roleArn: roleArn ?? '', aws, tags };
    const shared = { calls, ledger, runId, clock };
    return new TransformRunner({
      model,
      options,
      plan,
      payload,
      connection,
      ledger,
      tags,
      store: new S3Bucket(connection, aws.bucket, clock),
      jobs: new TransformJobs({ ...shared, onLook: (event) => hooks.onJob?.(event) }),
      owned: new OwnedModel(plan, { ...shared, hooks, context }),
    });
  } catch (thrown) {
    await connection.close();
    throw thrown;
  }
}

interface Parts {
  readonly model: SageMakerModel;
  readonly options: OpenSageMakerRunnerOptions;
  readonly plan: DeploymentPlan;
  readonly payload: Payload;
  readonly connection: AwsConnection;
  readonly ledger: OwnershipLedger;
  readonly tags: ReturnType<typeof ownedTags>;
  readonly store: S3Bucket;
  readonly jobs: TransformJobs;
  readonly owned: OwnedModel;
}

class TransformRunner implements RunnerWith<'generate'> {
  readonly version = 2;
  readonly id: string;
  readonly hints = { logProbabilities: 'take mode: realtime, or name a local model for it' };
  readonly gathers = PROMPTS_PER_JOB;
  readonly #parts: Parts;
  /** The job under way, to be stopped when nobody waits for it any more. */
  #running: string | undefined;

  constructor(parts: Parts) {
    const digest = createHash('sha256').update(parts.payload.description).digest('hex').slice(0, 8);
    this.id = `${parts.plan.pinnedAs}#transform-${digest}`;
    this.#parts = parts;
  }

  generate: RunnerWith<'generate'>['generate'] = (prompts, { signal }) => this.#generate(prompts, signal);

  isGreedy = (): boolean => this.#parts.payload.isGreedy;

  async close(): Promise<void> {
    const { owned, ledger, connection } = this.#parts;
    await this.#stop();
    await owned.close();
    await ledger.close();
    await connection.close();
  }

  async *#generate(
    prompts: Parameters<RunnerWith<'generate'>['generate']>[0],
    signal?: AbortSignal,
  ): AsyncGenerator<Completion> {
    let batch: TransformLine[] = [];
    for await (const prompt of prompts) {
      batch.push(this.#line(prompt));
      if (batch.length < PROMPTS_PER_JOB) continue;
      yield* this.#answer(batch, signal);
      batch = [];
    }
    signal?.throwIfAborted();
    if (batch.length > 0) yield* this.#answer(batch, signal);
  }

  #line(prompt: Prompt): TransformLine {
    return { id: prompt.id, body: this.#parts.payload.request(prompt) };
  }

  async *#answer(batch: readonly TransformLine[], signal: AbortSignal | undefined): AsyncGenerator<Completion> {
    const { model, options, jobs, store } = this.#parts;
    const { clock = systemClock } = options;
    const { parts, digest } = transformParts(batch);
    const begun = clock.now();
    const { name, state: found } = await jobs.find(model.name, digest, signal);
    const folder = `${(options.aws?.prefix ?? 'assay').replaceAll(/^\/+|\/+$/g, '')}/transform/${name}`;
    let ended: TransformState;
    try {
      if (found === undefined) await this.#start(name, folder, parts, digest, signal);
      this.#running = name;
      ended = await jobs.ended(name, signal);
      this.#running = undefined;
    } finally {
      await this.#stop();
    }
    const elapsedMs = clock.now() - begun;
    const keys = await store.list(`${folder}/output/`, signal);
    const outputs = new Map(keys.map((key) => [key.slice(key.lastIndexOf('/') + 1), key]));
    // A job without any output has said nothing about the samples: they are left for a resume.
    if (outputs.size === 0) throw jobFailed(ended);
    for (const part of parts) {
      const key = outputs.get(`${part.name}.out`);
      const output = key === undefined ? undefined : await store.get(key, signal);
      yield* output === undefined ? unwritten(part, ended) : this.#join(part, output, elapsedMs);
    }
  }

  /** Uploads the lines and starts the job. */
  async #start(
    name: string,
    folder: string,
    parts: readonly TransformPart[],
    digest: string,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { model, options, plan, store, jobs, owned, tags } = this.#parts;
    const hooks = options.deployHooks ?? {};
    const instances: Instances = { use: 'transform', type: plan.instanceType, count: plan.instanceCount };
    hooks.onPlanned?.({ name, instances });
    for (const { name: file, lines } of parts) {
      signal?.throwIfAborted();
      const text = lines.map(({ body }) => `${body}\n`).join('');
      await store.put(`${folder}/input/${file}`, () => text, { contentType: 'application/jsonlines', signal });
    }
    // Named by the batch too: shards of one execution have models of their own, and none deletes another's.
    const modelName = await owned.name(resourceName('assay', model.name, options.runId, 'transform', digest), signal);
    signal?.throwIfAborted();
    this.#running = name;
    hooks.onCreating?.({ kind: 'transform-job', name });
    const { kms } = options.aws ?? {};
    const volumeKms = volumeKey(plan.instanceType, kms?.volume);
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
        InstanceType: plan.instanceType as NonNullable<
          CreateTransformJobCommandInput['TransformResources']
        >['InstanceType'],
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
      // A call that was refused started nothing; after anything else nobody knows, and it is stopped below.
      if (isAssayError(thrown) && !thrown.retryable) this.#running = undefined;
      throw thrown;
    }
  }

  /** Stops the job under way, if any. Never throws: what runs on ends by itself, and a resume finds it. */
  async #stop(): Promise<void> {
    const name = this.#running;
    this.#running = undefined;
    if (name === undefined) return;
    const { jobs, options } = this.#parts;
    try {
      await jobs.stop(name);
      options.deployHooks?.onDeleted?.({ kind: 'transform-job', name });
    } catch (thrown) {
      const error = toAssayError(thrown, 'AWS_SERVICE');
      options.deployHooks?.onLeft?.({ kind: 'transform-job', name, error });
    }
  }

  /** Gives each line of an output to the prompt of that line. */
  *#join(part: TransformPart, output: string, elapsedMs: number): Generator<Completion> {
    const lines = outputLines(output);
    if (lines.length !== part.lines.length) {
      const error = new AssayError(
        'AWS_RESPONSE_SHAPE',
        `${part.name} has ${part.lines.length} prompts and its output ${lines.length} lines: no answer can be told from another`,
        { hint: 'The container must answer each request with JSON on one line.' },
      );
      for (const { id } of part.lines) yield failedAnswer(id, error, 1);
      return;
    }
    const { payload, connection, options } = this.#parts;
    for (const [i, { id }] of part.lines.entries()) {
      try {
        const answer = readAnswer(lines[i]!, payload.output);
        const { newTokens = 0, promptTokens = 0 } = answer;
        if (newTokens > 0) options.hooks?.onTokens?.({ newTokens, promptTokens });
        yield { id, ok: true, ...answer, elapsedMs, attempts: 1 };
      } catch (thrown) {
        const tried = { action: 'sagemaker:CreateTransformJob', resource: part.name, region: connection.region };
        yield failedAnswer(id, awsError(thrown, tried), 1);
      }
    }
  }
}
