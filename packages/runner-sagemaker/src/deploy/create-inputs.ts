import type { AwsConfig } from '@assay/core';
import type {
  ContainerDefinition,
  CreateEndpointConfigCommandInput,
  CreateModelCommandInput,
} from '@aws-sdk/client-sagemaker';
import type { Tag } from '../ownership/owned-tags.ts';
import type { DeployedModel, DeploymentPlan } from './deployment-plan.ts';

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
): CreateModelCommandInput {
  return {
    ModelName: name,
    ExecutionRoleArn: roleArn,
    PrimaryContainer: createContainer(model, acceptEula),
    Tags: [...tags],
    ...(aws?.vpc === undefined
      ? {}
      : { VpcConfig: { Subnets: aws.vpc.subnets, SecurityGroupIds: aws.vpc.security_group_ids } }),
    ...(aws?.network_isolation === undefined ? {} : { EnableNetworkIsolation: aws.network_isolation }),
  };
}

/** The container of a model that is not there yet. */
export function createContainer(
  model: Exclude<DeployedModel, { kind: 'existing' }>,
  acceptEula: boolean,
): ContainerDefinition {
  if (model.kind === 'package') return { ModelPackageName: model.modelPackageArn, Environment: model.environment };
  const { imageUri, modelData, environment } = model.artefacts;
  if (modelData === undefined) return { Image: imageUri, Environment: environment };
  const { uri, isPrefix, compression } = modelData;
  return {
    Image: imageUri,
    Environment: environment,
    ModelDataSource: {
      S3DataSource: {
        S3Uri: isPrefix && !uri.endsWith('/') ? `${uri}/` : uri,
        S3DataType: isPrefix ? 'S3Prefix' : 'S3Object',
        CompressionType: compression,
        ...(acceptEula ? { ModelAccessConfig: { AcceptEula: true } } : {}),
      },
    },
  };
}

export function createEndpointConfigInput(
  name: string,
  modelName: string,
  plan: DeploymentPlan,
  { aws, tags }: CreateContext,
): CreateEndpointConfigCommandInput {
  const { instanceType, instanceCount, startupTimeoutS, downloadTimeoutS, volumeGb, async: asynchronous } = plan;
  return {
    EndpointConfigName: name,
    ProductionVariants: [
      {
        VariantName: 'AllTraffic',
        ModelName: modelName,
        InitialInstanceCount: instanceCount,
        InstanceType: instanceType as NonNullable<
          NonNullable<CreateEndpointConfigCommandInput['ProductionVariants']>[number]['InstanceType']
        >,
        ...(volumeGb === undefined ? {} : { VolumeSizeInGB: volumeGb }),
        ...(startupTimeoutS === undefined ? {} : { ContainerStartupHealthCheckTimeoutInSeconds: startupTimeoutS }),
        ...(downloadTimeoutS === undefined ? {} : { ModelDataDownloadTimeoutInSeconds: downloadTimeoutS }),
      },
    ],
    ...(asynchronous === undefined ? {} : { AsyncInferenceConfig: asyncConfig(asynchronous, aws) }),
    Tags: [...tags],
    ...(aws?.kms?.volume === undefined ? {} : { KmsKeyId: aws.kms.volume }),
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
