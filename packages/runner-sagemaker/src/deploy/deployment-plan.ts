import {
  AssayError,
  type AwsConfig,
  type EvaluationSettings,
  type ModelConfig,
  type SagemakerBlock,
} from '@assay/core';
import type { PayloadShape } from '../jumpstart/default-payload.ts';
import type { ModelArtefacts, ModelSource } from '../jumpstart/model-source.ts';
import type { Tag } from '../ownership/owned-tags.ts';
import { type ComponentPlan, planComponent, planServerless, type ServerlessPlan } from './hosting-plan.ts';

/** What CreateModel gets, or the model that is there already. */
export type DeployedModel =
  | { readonly kind: 'existing'; readonly modelName: string }
  | {
      readonly kind: 'package';
      readonly modelPackageArn: string;
      readonly environment: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'artefacts'; readonly artefacts: ModelArtefacts };

export interface DeploymentPlan {
  readonly model: DeployedModel;
  /** undefined: serverless. */
  readonly instanceType: string | undefined;
  readonly serverless: ServerlessPlan | undefined;
  readonly component: ComponentPlan | undefined;
  readonly instanceCount: number;
  readonly acceptEula: boolean;
  readonly startupTimeoutS: number | undefined;
  readonly downloadTimeoutS: number | undefined;
  readonly volumeGb: number | undefined;
  readonly amiVersion: string | undefined;
  readonly routing: 'least_outstanding_requests' | 'random' | undefined;
  readonly networkIsolation: boolean | undefined;
  /** Of the model, its config and its endpoint. */
  readonly tags: readonly Tag[];
  /** How the model is asked where the config does not say. */
  readonly payload: PayloadShape | undefined;
  /** To be told before anything is created. */
  readonly notices: readonly string[];
  /** Of an asynchronous endpoint: where its answers go, and how many requests it works on at a time. */
  readonly async: { readonly outputUri: string; readonly maxConcurrency: number | undefined } | undefined;
  /** Pins what answers, across deployments. */
  readonly pinnedAs: string;
}

export interface DeploymentPlanOptions {
  /** Where JumpStart ids are looked up, in this order. */
  readonly sources: readonly ModelSource[];
  readonly aws?: AwsConfig | undefined;
  /** `--accept-eula`; the config may say it too. */
  readonly acceptEula?: boolean | undefined;
  /** Artefacts of a training job, `s3://…`, in place of the model's own. */
  readonly modelData?: string | undefined;
  /** `s3://…` for the answers of an asynchronous endpoint. */
  readonly asyncOutput?: string | undefined;
}

/** Whether the config says how to deploy this model. */
export function isDeployable(block: SagemakerBlock): boolean {
  return [block.model_id, block.image_uri, block.sagemaker_model, block.model_package].some(
    (given) => given !== undefined,
  );
}

/** Consent to the end-user licence, where somebody wrote it down; nothing else counts. */
export function eulaAccepted(
  block: SagemakerBlock,
  settings: EvaluationSettings | undefined,
  flag: boolean | undefined,
): boolean {
  if (block.accept_eula !== undefined) return block.accept_eula;
  const attribute = settings?.custom_attributes?.accept_eula;
  return flag === true || attribute === true || attribute === 'true';
}

/** What exactly to deploy, before anything is created. @throws AssayError CONFIG_INVALID or MODEL_NOT_FOUND */
export async function planDeployment(
  name: string,
  block: SagemakerBlock,
  config: ModelConfig,
  options: DeploymentPlanOptions,
): Promise<DeploymentPlan> {
  const deployment = config.deployment_config ?? {};
  const acceptEula = eulaAccepted(block, config.evaluation_config, options.acceptEula);
  const { model: found, known } = await findModel(name, block, config, options.sources);
  const model = options.modelData === undefined ? found : withModelData(found, options.modelData);
  if (model.kind === 'artefacts') checkLicences(name, model.artefacts, acceptEula, block);
  const serverless = planServerless(name, block, config, { aws: options.aws, known });
  const instanceType = serverless === undefined ? (deployment.instance_type ?? known?.defaultInstanceType) : undefined;
  if (instanceType === undefined && serverless === undefined) {
    throw new AssayError('CONFIG_INVALID', `nothing says on which instance type to deploy ${name}`, {
      hint: 'write deployment_config: { instance_type: ml.g5.2xlarge } under the model',
    });
  }
  return {
    model,
    instanceType,
    serverless,
    component: planComponent(name, block, config, known),
    instanceCount: deployment.num_instances ?? 1,
    acceptEula,
    startupTimeoutS: deployment.startup_timeout_s ?? known?.startupTimeoutS,
    downloadTimeoutS: deployment.download_timeout_s ?? known?.downloadTimeoutS,
    volumeGb: deployment.volume_gb ?? known?.volumeGb,
    amiVersion: deployment.ami_version ?? known?.amiVersion,
    routing: deployment.routing,
    networkIsolation: known?.networkIsolation,
    tags: known?.tags ?? [],
    payload: known?.payload,
    notices: known?.notices ?? [],
    async: asyncOf(name, block, config, options.asyncOutput),
    pinnedAs: pinOf(model, known),
  };
}

function checkLicences(name: string, artefacts: ModelArtefacts, acceptEula: boolean, block: SagemakerBlock): void {
  if (artefacts.eula !== undefined && !acceptEula)
    throw new AssayError('CONFIG_INVALID', `${name} has an end-user licence that nobody has accepted`, {
      hint: `read ${artefacts.eula}, then write sagemaker: { accept_eula: true } under the model`,
    });
  const other = artefacts.additionalSources?.find((source) => source.eula !== undefined);
  if (other !== undefined && block.accept_additional_eula !== true)
    throw new AssayError(
      'CONFIG_INVALID',
      `the ${other.channel} of ${name} has an end-user licence of its own that nobody has accepted`,
      {
        hint: `read ${other.eula}, then write sagemaker: { accept_additional_eula: true }, or take another config`,
      },
    );
}

function asyncOf(
  name: string,
  { mode }: SagemakerBlock,
  { limits }: ModelConfig,
  outputUri: string | undefined,
): DeploymentPlan['async'] {
  if (mode !== 'async') return undefined;
  if (outputUri === undefined)
    throw new AssayError('CONFIG_INVALID', `${name} asks for mode async, whose answers need a bucket`, {
      hint: 'write aws.bucket',
    });
  return { outputUri, maxConcurrency: limits?.max_concurrency };
}

async function findModel(
  name: string,
  block: SagemakerBlock,
  config: ModelConfig,
  sources: readonly ModelSource[],
): Promise<{ readonly model: DeployedModel; readonly known?: ModelArtefacts }> {
  const environment = { ...block.environment, ...config.deployment_config?.environment };
  if (block.sagemaker_model !== undefined) return { model: { kind: 'existing', modelName: block.sagemaker_model } };
  if (block.model_package !== undefined)
    return { model: { kind: 'package', modelPackageArn: block.model_package, environment } };
  if (block.image_uri !== undefined) {
    const data = block.model_data;
    const artefacts = {
      pinnedAs: `${block.image_uri}+${data ?? ''}`,
      imageUri: block.image_uri,
      environment,
      ...(data === undefined ? {} : { modelData: modelDataAt(data) }),
    };
    return { model: { kind: 'artefacts', artefacts } };
  }
  const modelId = block.model_id;
  if (modelId === undefined) {
    throw new AssayError('CONFIG_INVALID', `nothing says what to deploy for ${name}`, {
      hint: 'give model_id (JumpStart), or sagemaker: { image_uri, model_data }, or sagemaker_model, or model_package',
    });
  }
  const version = block.model_version ?? '*';
  for (const source of sources) {
    const found = await source.find({
      modelId,
      version,
      instanceType: config.deployment_config?.instance_type,
      config: block.config,
      documentDigest: block.document_digest,
    });
    if (found === undefined) continue;
    const whole = { ...found, environment: { ...found.environment, ...environment } };
    const { modelPackageArn } = found;
    return modelPackageArn === undefined
      ? { model: { kind: 'artefacts', artefacts: whole }, known: found }
      : { model: { kind: 'package', modelPackageArn, environment: whole.environment }, known: found };
  }
  const looked = sources.map((source) => source.name).join(' and ');
  throw new AssayError(
    'MODEL_NOT_FOUND',
    `no JumpStart model ${modelId} ${version} with an image to deploy (looked in ${looked})`,
    {
      hint: 'give the image and artefacts yourself: sagemaker: { image_uri: …, model_data: s3://… }',
    },
  );
}

/** A training job leaves an archive; image and environment stay those of the base model. */
function withModelData(model: DeployedModel, uri: string): DeployedModel {
  if (model.kind !== 'artefacts')
    throw new AssayError(
      'CONFIG_INVALID',
      'a fine-tuned model is deployed in the image of its base model: give model_id or image_uri',
    );
  const { pinnedAs, ...artefacts } = model.artefacts;
  return { ...model, artefacts: { ...artefacts, pinnedAs: `${pinnedAs}+${uri}`, modelData: modelDataAt(uri) } };
}

function modelDataAt(uri: string): NonNullable<ModelArtefacts['modelData']> {
  const isArchive = uri.endsWith('.tar.gz');
  return { uri, isPrefix: !isArchive, compression: isArchive ? 'Gzip' : 'None' };
}

function pinOf(model: DeployedModel, known: ModelArtefacts | undefined): string {
  if (model.kind === 'existing') return `sagemaker:model/${model.modelName}`;
  if (model.kind === 'package') return `sagemaker:${known?.pinnedAs ?? model.modelPackageArn}`;
  return `sagemaker:${model.artefacts.pinnedAs}`;
}
