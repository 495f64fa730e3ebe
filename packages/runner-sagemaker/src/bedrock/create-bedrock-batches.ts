import {
  AssayError,
  type AwsConfig,
  type BatchHooks,
  type Clock,
  createBatchRunner,
  type RunnerHooks,
  type RunnerWith,
  type Storage,
  systemClock,
} from '@assay/core';
import { AwsConnection, type AwsSettings } from '../aws/aws-connection.ts';
import { requireOwnBucket } from '../aws/own-bucket.ts';
import { S3Bucket } from '../aws/s3-bucket.ts';
import { ControlCalls } from '../ownership/control-calls.ts';
import { ownedTags } from '../ownership/owned-tags.ts';
import { BedrockBatches } from './bedrock-batches.ts';
import { type BedrockModel, bedrockProtocol } from './bedrock-protocol.ts';
import { InvocationJobs } from './invocation-jobs.ts';

export interface BedrockBatchOptions extends AwsSettings {
  readonly aws?: AwsConfig | undefined;
  readonly runId: string;
  readonly owner: string;
  /** In the run's folder: what it sent. */
  readonly ledgerFile: string;
  /** Buckets of other accounts that the config may write to. @default any: who calls vouches for the config */
  readonly foreignBuckets?: readonly string[] | undefined;
  /** `--role-arn`, after the model's own. */
  readonly roleArn?: string | undefined;
  readonly hooks?: BatchHooks & Pick<RunnerHooks, 'onTokens'>;
  readonly clock?: Clock | undefined;
  readonly storage?: Storage | undefined;
  /** Milliseconds in which a job that was made may not be in its list yet. @default 60_000 */
  readonly settlesMs?: number | undefined;
}

/** Records that a job must have, by AWS's default; `aws.quotas.bedrock_batch_records` says what yours are. */
const LEAST_RECORDS = 100;
const EXPIRES_AFTER_H = 24;

/**
 * A model on Bedrock that is asked by batch inference: within a day, at half the price.
 * @throws AssayError CONFIG_INVALID without a bucket or a role, and for parameters that the model refuses
 */
export async function createBedrockBatches(
  model: BedrockModel,
  options: BedrockBatchOptions,
): Promise<RunnerWith<'generate' | 'close'>> {
  const { aws, region, clock = systemClock, runId, owner } = options;
  const protocol = bedrockProtocol(model, region);
  const { bucket, roleArn } = places(model, options);
  const connection = new AwsConnection(options);
  try {
    await requireOwnBucket(connection, { ...options, bucket });
    const service = new BedrockBatches({
      ...{ model, protocol, region, roleArn },
      jobs: new InvocationJobs(new ControlCalls(connection, clock)),
      store: new S3Bucket(connection, bucket, clock),
      prefix: (aws?.prefix ?? 'assay').replaceAll(/^\/+|\/+$/g, ''),
      tags: ownedTags({
        ...{ runId, owner, tags: aws?.tags },
        expiresAt: clock.now() + (aws?.expires_after_h ?? EXPIRES_AFTER_H) * 3_600_000,
      }),
      kmsKey: aws?.kms?.output,
      least: aws?.quotas?.bedrock_batch_records ?? LEAST_RECORDS,
      settlesMs: options.settlesMs ?? 60_000,
      close: () => connection.close(),
    });
    return await createBatchRunner({
      id: `bedrock:${region}:${model.bedrock.model_id}#batch#${protocol.digest}`,
      model: model.name,
      service,
      request: (prompt, given) => protocol.request(prompt, given),
      isGreedy: (given) => protocol.isGreedy(given),
      ledgerFile: options.ledgerFile,
      storage: options.storage,
      clock,
      hooks: options.hooks ?? {},
      hints: { logProbabilities: 'name a local model for it: Bedrock gives none' },
      notes: ['asked in batches, at Bedrock’s batch price; times of answers are those of batches'],
    });
  } catch (thrown) {
    await connection.close();
    throw thrown;
  }
}

function places(
  { name, bedrock }: BedrockModel,
  { aws, roleArn }: BedrockBatchOptions,
): { readonly bucket: string; readonly roleArn: string } {
  if (aws?.bucket === undefined)
    throw new AssayError('CONFIG_INVALID', `${name} asks for mode batch, which needs a bucket`, {
      hint: 'write aws.bucket: records and answers go through it',
    });
  const role = bedrock.role_arn ?? roleArn ?? aws.role_arn ?? process.env.ASSAY_SAGEMAKER_ROLE;
  if (role === undefined)
    throw new AssayError('CONFIG_INVALID', `to answer ${name} in batches, Bedrock needs a role`, {
      hint: 'write bedrock.role_arn or aws.role_arn, or pass --role-arn: one that trusts bedrock.amazonaws.com and may use the bucket',
    });
  if (bedrock.guardrail !== undefined)
    throw new AssayError('CONFIG_INVALID', `${name} has a guardrail, which a batch does not take`, {
      hint: 'take mode: realtime, or leave the guardrail out',
    });
  return { bucket: aws.bucket, roleArn: role };
}
