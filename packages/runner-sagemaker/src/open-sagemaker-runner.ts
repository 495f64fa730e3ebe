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
import { asyncUri } from './deploy/async-uri.ts';
import { deployEndpoint } from './deploy/deploy-endpoint.ts';
import type { DeployHooks } from './deploy/deploy-hooks.ts';
import { isDeployable, planDeployment } from './deploy/deployment-plan.ts';
import { defaultSources } from './jumpstart/default-sources.ts';
import type { ModelSource } from './jumpstart/model-source.ts';
import { ControlCalls } from './ownership/control-calls.ts';
import { endpointOwner, tunedElsewhere } from './ownership/endpoint-owner.ts';
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
  /** Artefacts of a training job, in place of the model's own. */
  readonly modelData?: string | undefined;
  /** Other processes of the run ask the same endpoint: `close()` leaves it up. @default false */
  readonly isShared?: boolean | undefined;
  /** Where JumpStart ids are looked up. @default hub content, then the public manifest */
  readonly modelSources?: readonly ModelSource[] | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * A runner for a model on SageMaker: on its endpoint where somebody else has one, which is then never deleted; otherwise
 * on one that this run deploys, or has deployed, and that `close()` deletes, unless the config says
 * `cleanup_endpoint: false`. With mode `transform` there is no endpoint: Batch Transform answers.
 */
export async function openSageMakerRunner(model: SageMakerModel, options: OpenSageMakerRunnerOptions): Promise<Runner> {
  const { sagemaker: block } = model;
  if (block.mode === 'transform') {
    const { openTransformRunner } = await import('./transform/open-transform-runner.ts');
    return openTransformRunner(model, options);
  }
  const places = asyncUri(model, options);
  const invoking = { asyncInputPrefix: places?.input, ...options };
  const connection = new AwsConnection(options);
  try {
    if (!isDeployable(block) || (await isForeign(connection, block.endpoint_name, options))) {
      await connection.close();
      return await createSageMakerRunner(model, invoking);
    }
    const roleArn = options.roleArn ?? options.aws?.role_arn ?? process.env.ASSAY_SAGEMAKER_ROLE;
    if (roleArn === undefined && block.sagemaker_model === undefined) {
      throw new AssayError('CONFIG_INVALID', `to deploy ${model.name}, SageMaker needs an execution role`, {
        hint: 'pass --role-arn, or write aws.role_arn, or set ASSAY_SAGEMAKER_ROLE',
      });
    }
    const sources = options.modelSources ?? defaultSources(connection, options.clock);
    const { acceptEula, modelData } = options;
    const asyncOutput = places?.output;
    const plan = await planDeployment(model.name, block, model.config, { sources, acceptEula, modelData, asyncOutput });
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
        const runner = await createSageMakerRunner(model, { ...invoking, endpointName, pinnedAs: plan.pinnedAs });
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

/** @returns whether the endpoint is there and of somebody else. @throws AssayError where that may not be, as for a fine-tuned model */
async function isForeign(
  connection: AwsConnection,
  endpointName: string | undefined,
  { clock = systemClock, runId, modelData, signal }: OpenSageMakerRunnerOptions,
): Promise<boolean> {
  if (endpointName === undefined) return false;
  const owner = await endpointOwner(new ControlCalls(connection, clock), endpointName, runId, signal);
  if (owner === 'somebody else' && modelData !== undefined) throw tunedElsewhere(endpointName);
  return owner === 'somebody else';
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
