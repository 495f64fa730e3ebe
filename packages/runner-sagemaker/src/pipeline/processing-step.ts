import {
  type Artefact,
  AssayError,
  flatSteps,
  type PipelineStep,
  STEP_LIMIT_VARIABLE,
  STEP_PUBLISH_VARIABLE,
  STEP_RESULTS_VARIABLE,
  type StepInput,
} from '@assay/core';
import { volumeKey } from '../aws/storage-volume.ts';
import { OWNER_TAG, RUN_TAG, tagList } from '../ownership/owned-tags.ts';
import { type DefinitionStep, EXECUTION_ID, parameter, s3Uri, type Value } from './definition.ts';
import {
  DEFAULT_MAX_RUNTIME_S,
  DEFAULT_VOLUME_GB,
  INPUT_ROOT,
  maxRuntime,
  OUTPUT_ROOT,
  type RenderContext,
} from './render-settings.ts';
import { RETRY_POLICIES } from './retry-policies.ts';

type CommandStep = Extract<PipelineStep, { command: readonly string[] }>;

/** Steps that call AWS: a container cut off the network could not. */
const CALLS_AWS: ReadonlySet<CommandStep['kind']> = new Set(['deploy', 'evaluate', 'register', 'cleanup', 'group']);
/** Named in `Get`s by the gate. */
export const DECISION_FILE = 'Decision';

/** A job that runs `assay step …` in the image, its artefacts in and out through S3. */
export function processingStep(step: CommandStep, context: RenderContext): DefinitionStep {
  const { aws, settings, sizes } = context;
  if (aws.network_isolation === true && isEvaluation(step)) {
    throw new AssayError('CONFIG_INVALID', `${step.name} calls its model, which aws.network_isolation forbids`, {
      hint: 'give the jobs aws.vpc with endpoints for SageMaker and S3 instead',
    });
  }
  const key = volumeKey(sizes.instanceType, aws.kms?.volume);
  // The same place may hold other data: only what was uploaded is named by its content.
  const isCached = settings.stepCache !== undefined && settings.datasetUri === undefined && step.kind === 'preprocess';
  return {
    Name: step.name,
    Type: 'Processing',
    Description: step.description,
    Arguments: {
      ProcessingResources: {
        ClusterConfig: {
          InstanceType: parameter('InstanceType'),
          InstanceCount: step.kind === 'evaluate' ? parameter('EvaluateInstances') : 1,
          VolumeSizeInGB: sizes.jobs.find((job) => job.step === step.name)?.diskGb ?? DEFAULT_VOLUME_GB,
          ...(key === undefined ? {} : { VolumeKmsKeyId: key }),
        },
      },
      AppSpecification: {
        ImageUri: parameter('ImageUri'),
        ContainerEntrypoint: ['assay', 'step'],
        ContainerArguments: containerArguments(step),
      },
      RoleArn: parameter('RoleArn'),
      ProcessingInputs: step.inputs.map((input) => processingInput(input, context)),
      ...(step.output === null ? {} : { ProcessingOutputConfig: outputConfig(step, step.output, context) }),
      Environment: {
        ASSAY_RUN_ID: EXECUTION_ID,
        [STEP_LIMIT_VARIABLE]: parameter('Limit'),
        ...(isEvaluation(step) ? { [STEP_RESULTS_VARIABLE]: artefactUri(step.output!, context) } : {}),
        ...modelData(step),
        ...(aws.cloudwatch_namespace !== undefined && hasMerge(step) ? { [STEP_PUBLISH_VARIABLE]: 'true' } : {}),
      },
      ...networkConfig(step, context),
      StoppingCondition: { MaxRuntimeInSeconds: maxRuntime(aws.max_runtime_s ?? DEFAULT_MAX_RUNTIME_S, settings) },
      Tags: tags(context),
    },
    ...dependsOn(step),
    RetryPolicies: RETRY_POLICIES,
    ...(isCached ? { CacheConfig: { Enabled: true, ExpireAfter: settings.stepCache } } : {}),
    ...(step.kind === 'select'
      ? { PropertyFiles: [{ PropertyFileName: DECISION_FILE, OutputName: 'output', FilePath: 'decision.json' }] }
      : {}),
  };
}

const isEvaluation = ({ kind }: CommandStep): boolean => kind === 'evaluate' || kind === 'group';
const hasMerge = (step: CommandStep): boolean => flatSteps({ steps: [step] }).some(({ kind }) => kind === 'merge');

function containerArguments(step: CommandStep): Value[] {
  const own: Value[] = [...step.command];
  if ((step.kind === 'deploy' || step.kind === 'evaluate') && step.finetuneStep !== null)
    own.push('--model-data', { Get: `Steps.${step.finetuneStep}.ModelArtifacts.S3ModelArtifacts` });
  if (step.kind === 'register') own.push('--group', step.group);
  return own;
}

function modelData(step: CommandStep): Record<string, Value> {
  if (step.kind !== 'group') return {};
  return Object.fromEntries(
    step.modelData.map(({ variable, finetuneStep }) => [
      variable,
      { Get: `Steps.${finetuneStep}.ModelArtifacts.S3ModelArtifacts` },
    ]),
  );
}

/** Where an artefact lies. */
export function artefactUri(artefact: Artefact, { settings, prefix }: RenderContext): Value {
  const bucket = parameter('Bucket');
  // Uploaded by their content, so that a later start changes nothing under an execution that is still running.
  if (artefact === 'config') return s3Uri(bucket, prefix, parameter('Inputs'), 'config');
  if (artefact === 'dataset') return settings.datasetUri ?? s3Uri(bucket, prefix, parameter('Inputs'), 'dataset');
  // By execution: a second run of the pipeline must not write over the first.
  return s3Uri(bucket, prefix, 'executions', EXECUTION_ID, artefact);
}

function processingInput({ name, artefact, isSharded }: StepInput, context: RenderContext): Record<string, unknown> {
  return {
    InputName: name,
    AppManaged: false,
    S3Input: {
      S3Uri: artefactUri(artefact, context),
      LocalPath: `${INPUT_ROOT}/${name}`,
      S3DataType: 'S3Prefix',
      S3InputMode: 'File',
      S3DataDistributionType: isSharded === true ? 'ShardedByS3Key' : 'FullyReplicated',
      S3CompressionType: 'None',
    },
  };
}

function outputConfig(step: CommandStep, artefact: Artefact, context: RenderContext): Record<string, unknown> {
  return {
    Outputs: [
      {
        OutputName: 'output',
        AppManaged: false,
        S3Output: {
          S3Uri: artefactUri(artefact, context),
          LocalPath: OUTPUT_ROOT,
          // The journal of an evaluation goes up while it grows: a job that is tried again fetches it and goes on.
          S3UploadMode: isEvaluation(step) ? 'Continuous' : 'EndOfJob',
        },
      },
    ],
    ...(context.aws.kms?.output === undefined ? {} : { KmsKeyId: context.aws.kms.output }),
  };
}

function networkConfig(step: CommandStep, { aws }: RenderContext): Record<string, unknown> {
  const { vpc, network_isolation: isolation, encrypt_inter_container_traffic: encrypt } = aws;
  if (vpc === undefined && isolation === undefined && encrypt === undefined) return {};
  return {
    NetworkConfig: {
      EnableNetworkIsolation: isolation === true && !CALLS_AWS.has(step.kind),
      ...(encrypt === undefined ? {} : { EnableInterContainerTrafficEncryption: encrypt }),
      ...(vpc === undefined ? {} : { VpcConfig: { SecurityGroupIds: vpc.security_group_ids, Subnets: vpc.subnets } }),
    },
  };
}

/** Jobs end by themselves: they have no expiry. */
export function tags({ aws, graph, settings }: RenderContext): { readonly Key: string; readonly Value: Value }[] {
  const { owner } = settings;
  const all = { ...aws.tags, 'assay:pipeline': graph.name, ...(owner === undefined ? {} : { [OWNER_TAG]: owner }) };
  return [...tagList(all), { Key: RUN_TAG, Value: EXECUTION_ID }];
}

export function dependsOn({ needs }: PipelineStep): Pick<DefinitionStep, 'DependsOn'> {
  if (needs.length === 0) return {};
  return {
    DependsOn: needs.map(({ step, when }) => (when === 'ended' ? { Step: step, Trigger: 'Any' as const } : step)),
  };
}
