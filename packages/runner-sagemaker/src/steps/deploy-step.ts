import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError, type AwsConfig, type Clock, type PriceTable, systemClock } from '@assay/core';
import type { ContainerDefinition } from '@aws-sdk/client-sagemaker';
import { AwsConnection, type AwsSettings } from '../aws/aws-connection.ts';
import type { SageMakerModel } from '../create-sagemaker-runner.ts';
import { asyncUri } from '../deploy/async-uri.ts';
import { createContainer } from '../deploy/create-inputs.ts';
import { deployEndpoint } from '../deploy/deploy-endpoint.ts';
import type { DeployHooks } from '../deploy/deploy-hooks.ts';
import { planDeployment } from '../deploy/deployment-plan.ts';
import { endpointState, notServing } from '../invoke/endpoint-state.ts';
import { defaultSources } from '../jumpstart/default-sources.ts';
import type { ModelSource } from '../jumpstart/model-source.ts';
import { ControlCalls } from '../ownership/control-calls.ts';
import { deleteOwned } from '../ownership/delete-owned.ts';
import { endpointOwner, isGuest, tunedElsewhere } from '../ownership/endpoint-owner.ts';
import { LEDGER_FILE, OwnershipLedger } from '../ownership/ownership-ledger.ts';
import { ownedNames } from './owned-endpoint.ts';

export interface DeployStepOptions extends AwsSettings {
  /** The execution of the pipeline: the tag of everything that it creates. */
  readonly runId: string;
  readonly owner: string;
  /** Takes `deployment.json` and the ledger. */
  readonly outputFolder: string;
  readonly aws?: AwsConfig | undefined;
  readonly roleArn?: string | undefined;
  /** `--accept-eula`; the config may say it too. */
  readonly acceptEula?: boolean | undefined;
  /** Artefacts of a training job, in place of the model's own. */
  readonly modelData?: string | undefined;
  readonly prices?: PriceTable | undefined;
  readonly modelSources?: readonly ModelSource[] | undefined;
  readonly clock?: Clock | undefined;
  readonly hooks?: DeployHooks | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** `deployment.json` */
export interface DeployStepResult {
  readonly model: string;
  readonly endpoint: string;
  /** False for an endpoint that was there before: nobody deletes it. */
  readonly isOwned: boolean;
  /** What serves the model, for its registration; unknown for an endpoint of somebody else. */
  readonly container: ContainerDefinition | null;
}

const DEPLOYMENT_FILE = 'deployment.json';

/**
 * The pipeline's deploy step: brings the model's endpoint up unless it is there, and leaves it up for the evaluations.
 * A step that is tried again continues with what carries the execution's tag. One that fails has deleted what it began; the
 * clean-up step deletes the rest.
 */
export async function deployStep(model: SageMakerModel, options: DeployStepOptions): Promise<DeployStepResult> {
  const { runId, aws, clock, signal } = options;
  const connection = new AwsConnection(options);
  const { endpoint, inferenceComponent } = ownedNames(model, runId);
  try {
    const calls = new ControlCalls(connection, clock ?? systemClock);
    const isForeign = (await endpointOwner(calls, endpoint, runId, signal)) === 'somebody else';
    if (isForeign && !(await isGuest(calls, model, runId, signal))) {
      if (options.modelData !== undefined) throw tunedElsewhere(endpoint);
      const describe = (stop: AbortSignal) => endpointState(connection, endpoint, stop);
      const problem = notServing(
        endpoint,
        connection.region,
        await calls.call('DescribeEndpoint', endpoint, describe, { signal }),
      );
      if (problem !== undefined) throw problem;
      return await report({ model: model.name, endpoint, isOwned: false, container: null }, options);
    }
    const roleArn = options.roleArn ?? aws?.role_arn ?? process.env.ASSAY_SAGEMAKER_ROLE;
    if (roleArn === undefined && model.sagemaker.sagemaker_model === undefined)
      throw new AssayError('CONFIG_INVALID', `to deploy ${model.name}, SageMaker needs an execution role`, {
        hint: 'write aws.role_arn, or set ASSAY_SAGEMAKER_ROLE',
      });
    const sources = options.modelSources ?? defaultSources(connection, { ...options, hub: model.sagemaker.hub });
    const { modelData, acceptEula } = options;
    const asyncOutput = asyncUri(model, options)?.output;
    const plan = await planDeployment(model.name, model.sagemaker, model.config, {
      sources,
      aws,
      modelData,
      acceptEula,
      asyncOutput,
    });
    await mkdir(options.outputFolder, { recursive: true });
    const ledger = await OwnershipLedger.open(join(options.outputFolder, LEDGER_FILE));
    try {
      const keep = model.config.cleanup_endpoint === false;
      const deployment = await deployEndpoint(model.name, plan, {
        ...options,
        connection,
        ledger,
        roleArn: roleArn ?? '',
        endpointName: endpoint,
        inferenceComponent,
        variant: model.sagemaker.target_variant,
        keep,
      });
      const container = plan.model.kind === 'artefacts' ? createContainer(plan.model, plan.acceptEula) : null;
      return await report({ model: model.name, endpoint, isOwned: deployment.isOwned, container }, options);
    } finally {
      await ledger.close();
    }
  } finally {
    await connection.close();
  }
}

async function report(result: DeployStepResult, { outputFolder }: DeployStepOptions): Promise<DeployStepResult> {
  await mkdir(outputFolder, { recursive: true });
  await writeFile(join(outputFolder, DEPLOYMENT_FILE), `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

/** What the deploy step of a model left; undefined where it has none. @param folder the artefact `deployments` */
export async function readDeployment(folder: string, model: string): Promise<DeployStepResult | undefined> {
  for (const step of await readdir(folder).catch(() => [])) {
    const text = await readFile(join(folder, step, DEPLOYMENT_FILE), 'utf8').catch(() => undefined);
    const found = text === undefined ? undefined : (JSON.parse(text) as DeployStepResult);
    if (found?.model === model) return found;
  }
  return undefined;
}

/**
 * The pipeline's clean-up step: deletes what this execution created for the model, by name and tag; an endpoint of
 * anybody else is left. @throws AssayError when AWS does not let something go, after all was tried
 */
export async function cleanupStep(
  model: SageMakerModel,
  options: AwsSettings & { readonly runId: string; readonly clock?: Clock | undefined },
): Promise<readonly string[]> {
  const connection = new AwsConnection(options);
  const clock = options.clock ?? systemClock;
  const calls = new ControlCalls(connection, clock);
  const names = ownedNames(model, options.runId);
  const deleted: string[] = [];
  const failures: unknown[] = [];
  try {
    for (const [kind, name] of [
      ...(model.config.deployment_config?.inference_component === undefined
        ? []
        : [['inference-component', names.inferenceComponent] as const]),
      ['endpoint', names.endpoint],
      ['endpoint-config', names.endpointConfig],
      ['model', names.model],
    ] as const) {
      try {
        if ((await deleteOwned(calls, kind, name, options.runId, { clock })) === 'deleted')
          deleted.push(`${kind} ${name}`);
      } catch (thrown) {
        failures.push(thrown);
      }
    }
  } finally {
    await connection.close();
  }
  if (failures.length > 0) throw failures[0];
  return deleted;
}
