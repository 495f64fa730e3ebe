import {
  AssayError,
  type AwsConfig,
  type Clock,
  type PriceTable,
  type Runner,
  runnerWith,
  systemClock,
} from '@assay/core';
import { AwsConnection } from './aws/aws-connection.ts';
import { createSageMakerRunner, type SageMakerModel, type SageMakerRunnerOptions } from './create-sagemaker-runner.ts';
import { deployEndpoint } from './deploy/deploy-endpoint.ts';
import type { DeployHooks } from './deploy/deploy-hooks.ts';
import { isDeployable, planDeployment } from './deploy/deployment-plan.ts';
import { endpointState } from './invoke/endpoint-state.ts';
import { defaultSources } from './jumpstart/default-sources.ts';
import type { ModelSource } from './jumpstart/model-source.ts';
import { ControlCalls } from './ownership/control-calls.ts';
import { OwnershipLedger } from './ownership/ownership-ledger.ts';

export interface OpenSageMakerRunnerOptions extends SageMakerRunnerOptions {
  readonly runId: string;
  /** File that lists what is created, in the run's folder; see LEDGER_FILE. */
  readonly ledgerFile: string;
  readonly owner: string;
  readonly aws?: AwsConfig | undefined;
  /** `--role-arn`, else aws.role_arn, else ASSAY_SAGEMAKER_ROLE; never guessed. */
  readonly roleArn?: string | undefined;
  /** `--accept-eula` */
  readonly acceptEula?: boolean | undefined;
  readonly prices?: PriceTable | undefined;
  readonly deployHooks?: DeployHooks | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Where JumpStart ids are looked up. @default hub content, then the public manifest */
  readonly modelSources?: readonly ModelSource[] | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * A runner for a model on SageMaker: on its endpoint where that exists, which is then never deleted; otherwise on one
 * that is deployed now and deleted by `close()`, unless the config says `cleanup_endpoint: false`. With mode `transform`
 * there is no endpoint: Batch Transform answers.
 */
export async function openSageMakerRunner(model: SageMakerModel, options: OpenSageMakerRunnerOptions): Promise<Runner> {
  const { sagemaker: block } = model;
  const region = block.region ?? options.region;
  if (block.mode === 'transform') {
    const { openTransformRunner } = await import('./transform/open-transform-runner.ts');
    return openTransformRunner(model, { ...options, region });
  }
  const settings = { ...options, region };
  const connection = new AwsConnection(settings);
  try {
    if (!isDeployable(block) || (await exists(connection, block.endpoint_name, options.clock)))
      return await createSageMakerRunner(model, settings);
    const roleArn = options.roleArn ?? options.aws?.role_arn ?? process.env.ASSAY_SAGEMAKER_ROLE;
    if (roleArn === undefined && block.sagemaker_model === undefined) {
      throw new AssayError('CONFIG_INVALID', `to deploy ${model.name}, SageMaker needs an execution role`, {
        hint: 'pass --role-arn, or write aws.role_arn, or set ASSAY_SAGEMAKER_ROLE',
      });
    }
    const sources = options.modelSources ?? defaultSources(connection);
    const plan = await planDeployment(model.name, block, model.config, { sources, acceptEula: options.acceptEula });
    const ledger = await OwnershipLedger.open(options.ledgerFile);
    try {
      const deployment = await deployEndpoint(model.name, plan, {
        ...options,
        connection,
        ledger,
        roleArn: roleArn ?? '',
        endpointName: block.endpoint_name,
        keep: model.config.cleanup_endpoint === false,
        hooks: options.deployHooks,
      });
      const close = async (): Promise<void> => {
        await deployment.teardown();
        await ledger.close();
        await connection.close();
      };
      try {
        const { endpointName } = deployment;
        const runner = await createSageMakerRunner(model, { ...settings, endpointName, pinnedAs: plan.pinnedAs });
        return closingAlso(runner, close);
      } catch (thrown) {
        await deployment.teardown();
        throw thrown;
      }
    } catch (thrown) {
      await ledger.close().catch(() => {});
      throw thrown;
    }
  } catch (thrown) {
    await connection.close();
    throw thrown;
  }
}

async function exists(
  connection: AwsConnection,
  endpointName: string | undefined,
  clock: Clock = systemClock,
): Promise<boolean> {
  if (endpointName === undefined) return false;
  const calls = new ControlCalls(connection, clock);
  const state = await calls.call('DescribeEndpoint', endpointName, (signal) =>
    endpointState(connection, endpointName, signal),
  );
  return state !== undefined && state.status !== 'Deleting';
}

function closingAlso(runner: Runner, close: () => Promise<void>): Runner {
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
