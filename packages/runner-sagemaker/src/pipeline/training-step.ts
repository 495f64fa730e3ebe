import type { FinetuneStep } from '@assay/core';
import { takesVolume, volumeKey } from '../aws/storage-volume.ts';
import { type TrainingRequest, trainingRequest } from '../jumpstart/training-request.ts';
import { type DefinitionStep, EXECUTION_ID, parameter, s3Uri, type Value } from './definition.ts';
import { dependsOn, tags } from './processing-step.ts';
import {
  DEFAULT_MAX_TRAINING_S,
  DEFAULT_VOLUME_GB,
  maxRuntime,
  type RenderContext,
  type TrainingArtefacts,
} from './render-settings.ts';
import { RETRY_POLICIES } from './retry-policies.ts';
import { type TrainingPlaces, trainingPlaces } from './training-parameters.ts';

/** Weights, data and checkpoints lie on it. */
const LEAST_TRAINING_GB = 256;

/** A training job of JumpStart's image on the config's data. */
export function trainingStep(step: FinetuneStep, context: RenderContext): DefinitionStep {
  const { aws, settings, prefix, graph } = context;
  const known = settings.training?.[step.model];
  const isStaged = settings.stagedTraining?.has(step.model) === true;
  const under = (channel: 'training' | 'validation', path: string): Value => {
    if (path.startsWith('s3://')) return path;
    if (isStaged) return s3Uri(parameter('Bucket'), prefix, parameter('Inputs'), 'training', step.name, channel);
    return settings.inputUri === undefined
      ? s3Uri(parameter('Bucket'), prefix, path)
      : `${settings.inputUri.replace(/\/+$/, '')}/${path}`;
  };
  const key = volumeKey(step.instanceType, aws.kms?.volume);
  // Short: with the job's name after it, it is an argument of later steps, of 256 characters at most.
  const output = s3Uri(parameter('Bucket'), prefix, 'executions', EXECUTION_ID, 'training', String(step.modelIndex));
  const places = trainingPlaces(step, graph, settings);
  const { hyperparameters, environment, channels } = requestOf(step, known, places);
  const isolated = aws.network_isolation ?? known?.networkIsolation;
  const encrypted = aws.encrypt_inter_container_traffic ?? known?.encryptsTraffic;
  return {
    Name: step.name,
    Type: 'Training',
    Description: step.description,
    Arguments: {
      AlgorithmSpecification: {
        TrainingInputMode: 'File',
        TrainingImage: known === undefined ? places.image : known.imageUri,
        ...(known?.metrics === undefined || known.metrics.length === 0 ? {} : { MetricDefinitions: known.metrics }),
      },
      OutputDataConfig: {
        S3OutputPath: output,
        ...(known?.leavesUncompressed === true ? { CompressionType: 'NONE' } : {}),
        ...(aws.kms?.output === undefined ? {} : { KmsKeyId: aws.kms.output }),
      },
      StoppingCondition: {
        MaxRuntimeInSeconds: maxRuntime(aws.max_runtime_s ?? known?.maxRunS ?? DEFAULT_MAX_TRAINING_S, settings),
      },
      ResourceConfig: {
        VolumeSizeInGB: volumeOf(step.instanceType, aws.volume_gb, known?.volumeGb),
        InstanceCount: step.instances,
        InstanceType: step.instanceType,
        ...(key === undefined ? {} : { VolumeKmsKeyId: key }),
      },
      RoleArn: parameter('RoleArn'),
      InputDataConfig: [
        channel('training', under('training', step.trainDataPath)),
        ...(step.validationDataPath === null
          ? []
          : [channel('validation', under('validation', step.validationDataPath))]),
        ...channels,
      ],
      HyperParameters: hyperparameters,
      // The licence is accepted only if the config says so.
      ...(Object.keys(environment).length === 0 ? {} : { Environment: environment }),
      ...(aws.vpc === undefined
        ? {}
        : { VpcConfig: { SecurityGroupIds: aws.vpc.security_group_ids, Subnets: aws.vpc.subnets } }),
      ...(isolated === undefined ? {} : { EnableNetworkIsolation: isolated }),
      ...(encrypted === undefined ? {} : { EnableInterContainerTrafficEncryption: encrypted }),
      Tags: [...tags(context), ...(known?.tags ?? [])],
    },
    ...dependsOn(step),
    RetryPolicies: RETRY_POLICIES,
    ...(settings.stepCache === undefined ? {} : { CacheConfig: { Enabled: true, ExpireAfter: settings.stepCache } }),
  };
}

/** Of the document where there is one; otherwise script and artefacts are parameters of the pipeline. */
function requestOf(
  step: FinetuneStep,
  known: TrainingArtefacts | undefined,
  { script, model }: TrainingPlaces,
): Omit<TrainingRequest, 'channels'> & { readonly channels: readonly object[] } {
  if (known !== undefined)
    return trainingRequest(
      { ...known, hyperparameters: known.hyperparameters ?? {}, environment: known.environment ?? {} },
      { acceptEula: step.acceptEula, given: step.hyperparameters },
    );
  return {
    hyperparameters: step.hyperparameters,
    environment: step.acceptEula ? { accept_eula: 'true' } : {},
    channels: [channel('code', script), channel('model', model)],
  };
}

/** In GB. Where the disk is the machine's own the size says nothing, but AWS wants one. */
function volumeOf(instanceType: string, own: number | undefined, known: number | undefined): number {
  if (!takesVolume(instanceType)) return own ?? DEFAULT_VOLUME_GB;
  return Math.max(own ?? DEFAULT_VOLUME_GB, known ?? LEAST_TRAINING_GB);
}

function channel(name: string, uri: Value): Record<string, unknown> {
  return {
    ChannelName: name,
    DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: uri, S3DataDistributionType: 'FullyReplicated' } },
  };
}
