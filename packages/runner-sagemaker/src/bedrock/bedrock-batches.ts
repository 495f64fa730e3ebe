import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AssayError,
  type Batch,
  type BatchLine,
  type BatchResult,
  type BatchService,
  type BatchState,
  isAssayError,
} from '@assay/core';
import { z } from 'zod';
import { awsError } from '../aws/aws-error.ts';
import type { S3Bucket } from '../aws/s3-bucket.ts';
import type { Tag } from '../ownership/owned-tags.ts';
import type { BedrockModel, BedrockProtocol } from './bedrock-protocol.ts';
import type { InvocationJobs } from './invocation-jobs.ts';

export interface BedrockBatchesParts {
  readonly model: BedrockModel;
  readonly protocol: BedrockProtocol;
  readonly jobs: InvocationJobs;
  readonly store: S3Bucket;
  /** Where records and outputs go, without a slash at either end. */
  readonly prefix: string;
  readonly roleArn: string;
  readonly tags: readonly Tag[];
  readonly kmsKey: string | undefined;
  readonly region: string;
  /** Fewest records that Bedrock takes. */
  readonly least: number;
  /** Milliseconds in which a job that was made may not be in its list yet. */
  readonly settlesMs: number;
  close(): Promise<void>;
}

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html */
const recordSchema = z.object({
  recordId: z.string(),
  modelOutput: z.unknown(),
  error: z
    .object({ errorCode: z.union([z.number(), z.string()]).optional(), errorMessage: z.string().optional() })
    .optional(),
});

const OVER: ReadonlySet<string> = new Set(['Completed', 'PartiallyCompleted', 'Failed', 'Stopped', 'Expired']);

/**
 * Bedrock's batch inference: records go to S3, a job answers them at half the price, and its output names each record. A job
 * bears its batch's key as name and as token, so that none is made twice and one whose creation was not answered is found.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference.html
 */
export class BedrockBatches implements BatchService {
  readonly name = 'Bedrock';
  readonly limits: BatchService['limits'];
  readonly settlesMs: number;
  readonly poll = { firstMs: 5_000, longestMs: 120_000 };
  readonly #parts: BedrockBatchesParts;

  constructor(parts: BedrockBatchesParts) {
    this.#parts = parts;
    this.settlesMs = parts.settlesMs;
    // Of a file, Bedrock takes 50,000 records and 1 GB; a text of V8 holds half of that.
    this.limits = { requests: 50_000, bytes: 200_000_000, least: parts.least };
  }

  async prepare({ key }: Batch, lines: readonly BatchLine[], signal?: AbortSignal): Promise<string> {
    const { store } = this.#parts;
    const file = `${this.#folder(key)}/input/requests.jsonl`;
    const text = lines.map(({ customId, body }) => `{"recordId":"${customId}","modelInput":${body}}\n`).join('');
    await store.put(file, () => text, { contentType: 'application/jsonl', signal });
    return store.uri(file);
  }

  create({ key }: Batch, _: readonly BatchLine[], input: string | undefined, signal?: AbortSignal): Promise<string> {
    const { model, protocol, jobs, store, roleArn, tags, kmsKey } = this.#parts;
    const encryption = kmsKey === undefined ? {} : { s3EncryptionKeyId: kmsKey };
    return jobs.create(
      {
        jobName: nameOf(key),
        clientRequestToken: key,
        roleArn,
        modelId: model.bedrock.model_id,
        modelInvocationType: protocol.api === 'converse' ? 'Converse' : 'InvokeModel',
        inputDataConfig: { s3InputDataConfig: { s3InputFormat: 'JSONL', s3Uri: input } },
        outputDataConfig: { s3OutputDataConfig: { s3Uri: store.uri(`${this.#folder(key)}/output/`), ...encryption } },
        tags: tags.map(({ Key: name, Value: value }) => ({ key: name, value })),
      },
      signal,
    );
  }

  find({ key }: Batch, _: number, __: ReadonlySet<string>, signal?: AbortSignal): Promise<string | undefined> {
    return this.#parts.jobs.named(nameOf(key), signal);
  }

  async look(arn: string, signal?: AbortSignal): Promise<BatchState> {
    const { status = 'Submitted', message, jobName = '' } = await this.#parts.jobs.get(arn, signal);
    if (!OVER.has(status)) return { said: status, isOver: false };
    // What was answered before a job failed is there, and paid.
    if (status !== 'Failed' || (await this.#outputs(keyOf(jobName), signal)).length > 0)
      return { said: status, isOver: true };
    const failure = new AssayError('RUNNER_BATCH', `${arn} failed: ${message ?? 'Bedrock does not say why'}`, {
      hint: 'Nothing of it was answered. The role needs the bucket and must trust bedrock.amazonaws.com (docs/aws.md); `--resume` sends it again.',
    });
    return { said: status, isOver: true, failure };
  }

  async *results(_: string, { key }: Batch, __: BatchState, signal?: AbortSignal): AsyncGenerator<BatchResult> {
    const folder = await mkdtemp(join(tmpdir(), 'assay-bedrock-'));
    try {
      for (const [i, output] of (await this.#outputs(key, signal)).entries()) {
        const file = join(folder, `${i}.jsonl`);
        if (!(await this.#parts.store.download(output, file, signal))) continue;
        const opened = await open(file);
        for await (const line of opened.readLines()) {
          const result = this.#result(line);
          if (result !== undefined) yield result;
        }
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  close(): Promise<void> {
    return this.#parts.close();
  }

  #folder(key: string): string {
    return `${this.#parts.prefix}/bedrock/${key}`;
  }

  /** Keys of the files of answers: one for each file of records, beside a manifest. */
  async #outputs(key: string, signal: AbortSignal | undefined): Promise<string[]> {
    const keys = await this.#parts.store.list(`${this.#folder(key)}/output/`, signal);
    return keys.filter((each) => each.endsWith('.jsonl.out'));
  }

  /** Undefined for a line that is none of Bedrock's: its request has no answer. */
  #result(line: string): BatchResult | undefined {
    const record = recordOf(line);
    if (record === undefined) return undefined;
    const { recordId: customId, modelOutput, error } = record;
    try {
      if (error === undefined) return { customId, kind: 'answered', answer: this.#parts.protocol.read(modelOutput) };
      throw this.#refusal(error);
    } catch (thrown) {
      if (!isAssayError(thrown)) throw thrown;
      return { customId, kind: 'failed', error: thrown };
    }
  }

  #refusal({ errorCode, errorMessage = '' }: NonNullable<z.output<typeof recordSchema>['error']>): AssayError {
    const { model, region } = this.#parts;
    const httpStatusCode = Number(errorCode);
    const thrown = {
      name: `error ${errorCode ?? 'without a code'}`,
      message: errorMessage,
      $metadata: { httpStatusCode },
    };
    return awsError(thrown, { action: 'bedrock:InvokeModel', resource: `model/${model.bedrock.model_id}`, region });
  }
}

const PREFIX = 'assay-';
const nameOf = (key: string): string => `${PREFIX}${key}`;
const keyOf = (name: string): string => name.slice(PREFIX.length);

function recordOf(line: string): z.output<typeof recordSchema> | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
