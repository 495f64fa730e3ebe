import type { FinetuneStep } from '@assay/core';
import { type DefinitionStep, EXECUTION_ID, parameter, s3Uri, type Value } from './definition.ts';
import { dependsOn, tags } from './processing-step.ts';
import { DEFAULT_MAX_TRAINING_S, DEFAULT_VOLUME_GB, maxRuntime, type RenderContext } from './render-settings.ts';
import { RETRY_POLICIES } from './retry-policies.ts';

/** Names of the parameters that stand for what only JumpStart knows of a model's training. */
export function trainingParameters(modelIndex: number): { image: string; model: string; script: string } {
  return {
    image: `TrainingImage${modelIndex}`,
    model: `TrainingModel${modelIndex}`,
    script: `TrainingScript${modelIndex}`,
  };
}

/** A training job of JumpStart's image on the config's data. */
export function trainingStep(step: FinetuneStep, context: RenderContext): DefinitionStep {
  const { aws, settings, prefix } = context;
  const known = settings.training?.[step.model];
  const names = trainingParameters(step.modelIndex);
  const isStaged = settings.stagedTraining?.has(step.model) === true;
  const under = (channel: 'training' | 'validation', path: string): Value => {
    if (path.startsWith('s3://')) return path;
    if (isStaged) return s3Uri(parameter('Bucket'), prefix, parameter('Inputs'), 'training', step.name, channel);
    return settings.inputUri === undefined
      ? s3Uri(parameter('Bucket'), prefix, path)
      : `${settings.inputUri.replace(/\/+$/, '')}/${path}`;
  };
  const output = s3Uri(parameter('Bucket'), prefix, 'executions', EXECUTION_ID, 'training', step.name);
  const script = known === undefined ? parameter(names.script) : known.scriptUri;
  const model = known === undefined ? parameter(names.model) : known.modelUri;
  const environment = { ...known?.environment, ...(step.acceptEula ? { accept_eula: 'true' } : {}) };
  const channels: [string, Value | undefined][] = [
    ['training', under('training', step.trainDataPath)],
    ['validation', step.validationDataPath === null ? undefined : under('validation', step.validationDataPath)],
    ['code', script],
    ['model', model],
  ];
  return {
    Name: step.name,
    Type: 'Training',
    Description: step.description,
    Arguments: {
      AlgorithmSpecification: {
        TrainingInputMode: 'File',
        TrainingImage: known === undefined ? parameter(names.image) : known.imageUri,
      },
      OutputDataConfig: {
        S3OutputPath: output,
        ...(aws.kms?.output === undefined ? {} : { KmsKeyId: aws.kms.output }),
      },
      StoppingCondition: { MaxRuntimeInSeconds: maxRuntime(aws.max_runtime_s ?? DEFAULT_MAX_TRAINING_S, settings) },
      ResourceConfig: {
        VolumeSizeInGB: Math.max(aws.volume_gb ?? DEFAULT_VOLUME_GB, 256),
        InstanceCount: step.instances,
        InstanceType: step.instanceType,
        ...(aws.kms?.volume === undefined ? {} : { VolumeKmsKeyId: aws.kms.volume }),
      },
      RoleArn: parameter('RoleArn'),
      InputDataConfig: channels.flatMap(([name, uri]) => (uri === undefined ? [] : [channel(name, uri)])),
      HyperParameters: { ...known?.hyperparameters, ...step.hyperparameters },
      // The licence is accepted only if the config says so.
      ...(Object.keys(environment).length === 0 ? {} : { Environment: environment }),
      ...(aws.vpc === undefined
        ? {}
        : { VpcConfig: { SecurityGroupIds: aws.vpc.security_group_ids, Subnets: aws.vpc.subnets } }),
      ...(aws.encrypt_inter_container_traffic === undefined
        ? {}
        : { EnableInterContainerTrafficEncryption: aws.encrypt_inter_container_traffic }),
      Tags: tags(context),
    },
    ...dependsOn(step),
    RetryPolicies: RETRY_POLICIES,
    ...(settings.stepCache === undefined ? {} : { CacheConfig: { Enabled: true, ExpireAfter: settings.stepCache } }),
  };
}

function channel(name: string, uri: Value): Record<string, unknown> {
  return {
    ChannelName: name,
    DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: uri, S3DataDistributionType: 'FullyReplicated' } },
  };
}
