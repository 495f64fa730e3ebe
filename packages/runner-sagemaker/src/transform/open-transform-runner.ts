import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { AssayError, batchLedgerFile, createBatchRunner, type RunnerWith, systemClock } from '@assay/core';
import { AwsConnection } from '../aws/aws-connection.ts';
import { requireOwnBucket } from '../aws/own-bucket.ts';
import { S3Bucket } from '../aws/s3-bucket.ts';
import type { SageMakerModel } from '../create-sagemaker-runner.ts';
import { planDeployment } from '../deploy/deployment-plan.ts';
import { defaultSources } from '../jumpstart/default-sources.ts';
import type { OpenSageMakerRunnerOptions } from '../open-runner-options.ts';
import { ControlCalls } from '../ownership/control-calls.ts';
import { ownedTags } from '../ownership/owned-tags.ts';
import { OwnershipLedger } from '../ownership/ownership-ledger.ts';
import { createPayload } from '../payload/payload.ts';
import { OwnedModel } from './owned-model.ts';
import { TransformJobs } from './transform-job.ts';
import { TransformService } from './transform-service.ts';

const EXPIRES_AFTER_H = 24;

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
    const service = new TransformService({
      model,
      options,
      plan,
      // Serverless endpoints have no mode transform.
      instanceType: plan.instanceType!,
      payload,
      connection,
      ledger,
      tags,
      store: new S3Bucket(connection, aws.bucket, clock),
      jobs: new TransformJobs({ ...shared, onLook: (event) => hooks.onJob?.(event) }),
      owned: new OwnedModel(plan, { ...shared, hooks, context }),
    });
    const digest = createHash('sha256').update(payload.description).digest('hex').slice(0, 8);
    return await createBatchRunner({
      id: `${plan.pinnedAs}#transform-${digest}`,
      model: model.name,
      service,
      request: (prompt) => payload.request(prompt),
      isGreedy: () => payload.isGreedy,
      ledgerFile: batchLedgerFile(dirname(options.ledgerFile), model.name),
      clock,
      hooks: options.hooks ?? {},
      hints: { logProbabilities: 'take mode: realtime, or name a local model for it' },
    });
  } catch (thrown) {
    await connection.close();
    throw thrown;
  }
}
