import type { AwsConfig } from '@assay/core';
import type {
  AdditionalModelDataSource,
  ContainerDefinition,
  CreateEndpointConfigCommandInput,
  CreateModelCommandInput,
  ModelCompressionType,
  S3ModelDataType,
} from '@aws-sdk/client-sagemaker';
import { volumeKey } from '../aws/storage-volume.ts';
import type { AdditionalSource } from '../jumpstart/jumpstart-hosting.ts';
import type { ModelArtefacts } from '../jumpstart/model-source.ts';
import type { Tag } from '../ownership/owned-tags.ts';
import type { DeployedModel, DeploymentPlan } from './deployment-plan.ts';
import { componentEndpoint, productionVariant } from './production-variant.ts';

export interface CreateContext {
  readonly roleArn: string;
  readonly aws: AwsConfig | undefined;
  readonly tags: readonly Tag[];
}

/** CreateModel's input. The licence is accepted only if the plan says that somebody did. */
export function createModelInput(
  name: string,
  model: Exclude<DeployedModel, { kind: 'existing' }>,
  acceptEula: boolean,
  { roleArn, aws, tags }: CreateContext,
  networkIsolation?: boolean | undefined,
): CreateModelCommandInput {
  const isolated = aws?.network_isolation ?? networkIsolation;
  return {
    ModelName: name,
    ExecutionRoleArn: roleArn,
    PrimaryContainer: createContainer(model, acceptEula),
    Tags: [...tags],
    ...(aws?.vpc === undefined
      ? {}
      : { VpcConfig: { Subnets: aws.vpc.subnets, SecurityGroupIds: aws.vpc.security_group_ids } }),
    ...(isolated === undefined ? {} : { EnableNetworkIsolation: isolated }),
  };
}

/** The container of a model that is not there yet. */
export function createContainer(
  model: Exclude<DeployedModel, { kind: 'existing' }>,
  acceptEula: boolean,
): ContainerDefinition {
  if (model.kind === 'package')
    return {
      ModelPackageName: model.modelPackageArn,
      ...(Object.keys(model.environment).length === 0 ? {} : { Environment: model.environment }),
    };
  const { imageUri, environment, additionalSources = [] } = model.artefacts;
  return {
    ...(imageUri === undefined ? {} : { Image: imageUri }),
    Environment: environment,
    ...(additionalSources.length === 0
      ? {}
      : { AdditionalModelDataSources: additionalSources.map((source) => additionalDataSource(source, acceptEula)) }),
    ...modelDataMember(model.artefacts, acceptEula),
  };
}

/** An archive that nothing guards is named by its URL; only a source can say that a licence is accepted. */
function modelDataMember(
  { modelData, hubContentArn }: ModelArtefacts,
  acceptEula: boolean,
): Pick<ContainerDefinition, 'ModelDataUrl' | 'ModelDataSource'> {
  if (modelData === undefined) return {};
  const { uri, isPrefix, compression } = modelData;
  if (!isPrefix && !acceptEula) return { ModelDataUrl: uri };
  return {
    ModelDataSource: {
      S3DataSource: {
        S3Uri: isPrefix && !uri.endsWith('/') ? `${uri}/` : uri,
        S3DataType: isPrefix ? 'S3Prefix' : 'S3Object',
        CompressionType: compression,
        ...(acceptEula ? { ModelAccessConfig: { AcceptEula: true } } : {}),
        ...(hubContentArn === undefined ? {} : { HubAccessConfig: { HubContentArn: hubContentArn } }),
      },
    },
  };
}

function additionalDataSource(source: AdditionalSource, acceptEula: boolean): AdditionalModelDataSource {
  const { channel, uri, s3DataType, compression, eula } = source;
  return {
    ChannelName: channel,
    S3DataSource: {
      CompressionType: compression as ModelCompressionType,
      S3DataType: s3DataType as S3ModelDataType,
      S3Uri: uri,
      ...(eula !== undefined && acceptEula ? { ModelAccessConfig: { AcceptEula: true } } : {}),
    },
  };
}

export function createEndpointConfigInput(
  name: string,
  modelName: string,
  plan: DeploymentPlan,
  { roleArn, aws, tags }: CreateContext,
): CreateEndpointConfigCommandInput {
  const key = plan.instanceType === undefined ? undefined : volumeKey(plan.instanceType, aws?.kms?.volume);
  return {
    EndpointConfigName: name,
    ProductionVariants: [productionVariant(modelName, plan)],
    ...componentEndpoint(plan, roleArn, aws),
    ...(plan.async === undefined ? {} : { AsyncInferenceConfig: asyncConfig(plan.async, aws) }),
    Tags: [...tags],
    ...(key === undefined ? {} : { KmsKeyId: key }),
  };
}

/** The most that MaxConcurrentInvocationsPerInstance may be. */
const MOST_CONCURRENT = 1000;

function asyncConfig(
  { outputUri, maxConcurrency }: NonNullable<DeploymentPlan['async']>,
  aws: AwsConfig | undefined,
): NonNullable<CreateEndpointConfigCommandInput['AsyncInferenceConfig']> {
  return {
    OutputConfig: {
      S3OutputPath: outputUri,
      S3FailurePath: `${outputUri}/failed`,
      ...(aws?.kms?.output === undefined ? {} : { KmsKeyId: aws.kms.output }),
    },
    ...(maxConcurrency === undefined
      ? {}
      : { ClientConfig: { MaxConcurrentInvocationsPerInstance: Math.min(maxConcurrency, MOST_CONCURRENT) } }),
  };
}
