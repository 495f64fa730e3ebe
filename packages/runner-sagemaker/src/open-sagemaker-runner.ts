import { AssayError, type RunnerWith, runnerWith, systemClock } from '@assay/core';
import { AwsConnection } from './aws/aws-connection.ts';
import { requireOwnBucket } from './aws/own-bucket.ts';
import { createSageMakerRunner, type SageMakerModel } from './create-sagemaker-runner.ts';
import { asyncUri } from './deploy/async-uri.ts';
import { type Deployment, deployEndpoint } from './deploy/deploy-endpoint.ts';
import { type DeploymentPlan, isDeployable, planDeployment } from './deploy/deployment-plan.ts';
import { joinEndpoint } from './deploy/endpoint-users.ts';
import { defaultSources } from './jumpstart/default-sources.ts';
import type { OpenSageMakerRunnerOptions } from './open-runner-options.ts';
import { ControlCalls } from './ownership/control-calls.ts';
import { endpointOwner, isGuest, tunedElsewhere } from './ownership/endpoint-owner.ts';
import { OwnershipLedger } from './ownership/ownership-ledger.ts';

/**
 * A runner for a model on SageMaker: on its endpoint where somebody else has one, which is then never deleted; otherwise
 * on one that this run deploys, or has deployed, and that `close()` deletes, unless the config says
 * `cleanup_endpoint: false`. With mode `transform` there is no endpoint: Batch Transform answers.
 */
export async function openSageMakerRunner(
  model: SageMakerModel,
  options: OpenSageMakerRunnerOptions,
): Promise<RunnerWith<'generate' | 'close'>> {
  const { sagemaker: block } = model;
  if (block.mode === 'transform') {
    const { openTransformRunner } = await import('./transform/open-transform-runner.ts');
    return openTransformRunner(model, options);
  }
  const places = asyncUri(model, options);
  const invoking = { asyncInputPrefix: places?.input, ...options };
  const connection = new AwsConnection(options);
  try {
    // Prompts and answers go through it.
    if (places !== undefined) await requireOwnBucket(connection, { ...options, bucket: options.aws?.bucket });
    if (!isDeployable(block) || (await isAsked(connection, model, options))) {
      await connection.close();
      return await createSageMakerRunner(model, invoking);
    }
    const roleArn = options.roleArn ?? options.aws?.role_arn ?? process.env.ASSAY_SAGEMAKER_ROLE;
    if (roleArn === undefined && block.sagemaker_model === undefined) {
      throw new AssayError('CONFIG_INVALID', `to deploy ${model.name}, SageMaker needs an execution role`, {
        hint: 'pass --role-arn, or write aws.role_arn, or set ASSAY_SAGEMAKER_ROLE',
      });
    }
    const sources = options.modelSources ?? defaultSources(connection, { ...options, hub: block.hub });
    const { acceptEula, aws, modelData } = options;
    const asyncOutput = places?.output;
    const plan = await planDeployment(model.name, block, model.config, {
      sources,
      aws,
      acceptEula,
      modelData,
      asyncOutput,
    });
    return await openDeployed(model, plan, { ...invoking, connection, roleArn: roleArn ?? '' });
  } catch (thrown) {
    await connection.close();
    throw thrown;
  }
}

async function openDeployed(
  model: SageMakerModel,
  plan: DeploymentPlan,
  options: OpenSageMakerRunnerOptions & { readonly connection: AwsConnection; readonly roleArn: string },
): Promise<RunnerWith<'generate' | 'close'>> {
  const { connection, ledgerFile } = options;
  const { endpoint_name: endpointName, inference_component: inferenceComponent, target_variant } = model.sagemaker;
  const ledger = await OwnershipLedger.open(ledgerFile);
  const leave = joinEndpoint(`${ledgerFile} ${connection.region} ${endpointName ?? model.name}`);
  let deployment: Deployment | undefined;
  const close = (): Promise<void> =>
    leave(async () => {
      await deployment?.teardown();
      await ledger.close();
      await connection.close();
    });
  try {
    deployment = await deployEndpoint(model.name, plan, {
      ...options,
      ledger,
      endpointName,
      inferenceComponent,
      variant: target_variant,
      keep: model.config.cleanup_endpoint === false,
      hooks: options.deployHooks,
    });
    const { pinnedAs } = plan;
    const runner = await createSageMakerRunner(model, {
      ...options,
      endpointName: deployment.endpointName,
      inferenceComponent: deployment.inferenceComponent,
      pinnedAs,
      payloadShape: plan.payload,
    });
    return closingAlso(runner, close);
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/**
 * @returns whether somebody else's endpoint is asked as it is, without copies of the model's own
 * @throws AssayError where that may not be, as for a fine-tuned model
 */
async function isAsked(
  connection: AwsConnection,
  model: SageMakerModel,
  { clock = systemClock, runId, modelData, signal }: OpenSageMakerRunnerOptions,
): Promise<boolean> {
  const { endpoint_name: endpointName } = model.sagemaker;
  if (endpointName === undefined) return false;
  const calls = new ControlCalls(connection, clock);
  if ((await endpointOwner(calls, endpointName, runId, signal)) !== 'somebody else') return false;
  if (await isGuest(calls, model, runId, signal)) return false;
  if (modelData !== undefined) throw tunedElsewhere(endpointName);
  return true;
}

function closingAlso(
  runner: RunnerWith<'generate' | 'close'>,
  close: () => Promise<void>,
): RunnerWith<'generate' | 'close'> {
  return runnerWith(runner, {
    close: async () => {
      try {
        await runner.close();
      } finally {
        await close();
      }
    },
  });
}
