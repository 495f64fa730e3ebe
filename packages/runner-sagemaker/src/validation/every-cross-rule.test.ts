import { expect, test } from 'vitest';
import { CROSS_RULES, crossProblems } from './cross-rules.ts';

const GATED = 's3://jumpstart-private-cache-prod-us-east-1/m/';
const source = (S3Uri: string, more: object = {}) => ({
  ModelDataSource: { S3DataSource: { S3Uri, S3DataType: 'S3Prefix', CompressionType: 'None', ...more } },
});
const accepted = { ModelAccessConfig: { AcceptEula: true } };
const variant = (more: object) => ({ VariantName: 'v', ModelName: 'm', InstanceType: 'ml.m5.xlarge', ...more });
const serverless = (more: object = {}) => ({
  ...{ VariantName: 'v', ModelName: 'm' },
  ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5, ...more },
});
const variants = (...ProductionVariants: object[]) => ({ ProductionVariants });
const component = (more: object) => ({
  Specification: { ModelName: 'm', ComputeResourceRequirements: { MinMemoryRequiredInMb: 1024 }, ...more },
});
const input = (InputName: string, LocalPath = `/opt/ml/processing/${InputName}`) => ({
  InputName,
  S3Input: { LocalPath },
});
const ownDisk = { InstanceType: 'ml.g5.2xlarge', VolumeKmsKeyId: 'k' };

/** Requests that keep every rule. */
const SOUND: readonly (readonly [operation: string, input: object])[] = [
  ['CreateModel', { PrimaryContainer: { Image: 'i', ...source(GATED, accepted) }, Tags: [{ Key: 'a', Value: 'b' }] }],
  ['CreateModelPackage', { InferenceSpecification: { Containers: [{ Image: 'i', ...source('s3://b/m/') }] } }],
  ['CreateEndpointConfig', { ...variants(variant({ VolumeSizeInGB: 30 })), KmsKeyId: 'k' }],
  ['CreateEndpointConfig', variants(serverless({ ProvisionedConcurrency: 5 }))],
  [
    'CreateEndpointConfig',
    {
      ExecutionRoleArn: 'r',
      ...variants(
        variant({ ModelName: undefined, ManagedInstanceScaling: { MinInstanceCount: 0, MaxInstanceCount: 2 } }),
      ),
    },
  ],
  ['CreateInferenceComponent', component({})],
  ['CreateProcessingJob', { ProcessingInputs: [input('a'), input('b')] }],
  ['CreateTrainingJob', { InputDataConfig: [{ ChannelName: 'a' }, { ChannelName: 'b' }] }],
  ['DescribeEndpoint', {}],
];

/** For each rule, a request that breaks it and nothing else, and what names the member. */
const BROKEN: Readonly<Record<string, readonly [operation: string, input: object, said: string]>> = {
  'a tag’s key once': ['CreateModelPackageGroup', { Tags: [{ Key: 'a' }, { Key: 'a' }] }, 'Tags holds "a" twice'],
  'no tag of AWS': ['CreateEndpoint', { Tags: [{ Key: 'aws:a', Value: 'b' }] }, 'Tags[0].Key begins with aws:'],
  'one place of weights': [
    'CreateModel',
    { PrimaryContainer: { ModelDataUrl: 's3://b/m.tar.gz', ...source('s3://b/m/') } },
    'PrimaryContainer.ModelDataSource stands beside',
  ],
  'a package brings its image': [
    'CreateModel',
    { PrimaryContainer: { Image: 'i', ModelPackageName: 'arn' } },
    'PrimaryContainer.ModelPackageName stands beside Image',
  ],
  'a prefix ends with a slash': [
    'CreateModel',
    { PrimaryContainer: source('s3://b/m') },
    'PrimaryContainer.ModelDataSource.S3DataSource.S3Uri is a prefix that does not',
  ],
  'an object does not': [
    'CreateModel',
    { PrimaryContainer: source('s3://b/m/', { S3DataType: 'S3Object' }) },
    'S3DataSource.S3Uri is one object and ends with a slash',
  ],
  'a gated licence is accepted': [
    'CreateModelPackage',
    { InferenceSpecification: { Containers: [source(GATED)] } },
    'InferenceSpecification.Containers[0].ModelDataSource.S3DataSource.ModelAccessConfig does not accept',
  ],
  'a gated model has a source': [
    'CreateModel',
    { PrimaryContainer: { ModelDataUrl: `${GATED}m.tar.gz` } },
    'PrimaryContainer.ModelDataUrl is of a gated model',
  ],
  'a variant’s name once': [
    'CreateEndpointConfig',
    variants(variant({}), variant({})),
    'ProductionVariants holds "v" twice',
  ],
  'no size for an endpoint’s own disk': [
    'CreateEndpointConfig',
    variants(variant({ InstanceType: 'ml.p4d.24xlarge', VolumeSizeInGB: 30 })),
    'ProductionVariants[0].VolumeSizeInGB is a size for the disk of ml.p4d.24xlarge',
  ],
  'no key for an endpoint’s own disk': [
    'CreateEndpointConfig',
    { ...variants(variant({ InstanceType: 'ml.g5.2xlarge' })), KmsKeyId: 'k' },
    'KmsKeyId is a key for the volume of ml.g5.2xlarge',
  ],
  'no instances of a serverless variant': [
    'CreateEndpointConfig',
    variants({ ...serverless(), InstanceType: 'ml.m5.xlarge' }),
    'ProductionVariants[0].InstanceType stands beside ServerlessConfig',
  ],
  'instances or serverless': [
    'CreateEndpointConfig',
    variants(variant({ InstanceType: undefined })),
    'ProductionVariants[0] has neither InstanceType nor',
  ],
  'a serverless variant is alone': [
    'CreateEndpointConfig',
    variants(serverless(), variant({ VariantName: 'w' })),
    'ProductionVariants holds a serverless variant and others',
  ],
  'a serverless variant answers at once': [
    'CreateEndpointConfig',
    { ...variants(serverless()), AsyncInferenceConfig: {} },
    'AsyncInferenceConfig stands beside',
  ],
  'memory of a serverless variant in whole GB': [
    'CreateEndpointConfig',
    variants(serverless({ MemorySizeInMB: 1500 })),
    'ProductionVariants[0].ServerlessConfig.MemorySizeInMB is 1500',
  ],
  'provisioned within the greatest concurrency': [
    'CreateEndpointConfig',
    variants(serverless({ ProvisionedConcurrency: 6 })),
    'ProductionVariants[0].ServerlessConfig.ProvisionedConcurrency is 6',
  ],
  'a variant without a model names a role': [
    'CreateEndpointConfig',
    variants(variant({ ModelName: undefined })),
    'ExecutionRoleArn is missing, and ProductionVariants[0] names no model',
  ],
  'managed scaling from few to many': [
    'CreateEndpointConfig',
    {
      ExecutionRoleArn: 'r',
      ...variants(
        variant({ ModelName: undefined, ManagedInstanceScaling: { MinInstanceCount: 3, MaxInstanceCount: 2 } }),
      ),
    },
    'ProductionVariants[0].ManagedInstanceScaling.MinInstanceCount is 3',
  ],
  'a component’s model once': [
    'CreateInferenceComponent',
    component({ Container: { Image: 'i' } }),
    'Specification.ModelName stands beside Container',
  ],
  'a component’s needs': [
    'CreateInferenceComponent',
    component({ ComputeResourceRequirements: undefined }),
    'Specification.ComputeResourceRequirements is missing',
  ],
  'a component’s memory from little to much': [
    'CreateInferenceComponent',
    component({ ComputeResourceRequirements: { MinMemoryRequiredInMb: 2048, MaxMemoryRequiredInMb: 1024 } }),
    'Specification.ComputeResourceRequirements.MinMemoryRequiredInMb is 2048',
  ],
  'no key for a processing job’s own disk': [
    'CreateProcessingJob',
    { ProcessingResources: { ClusterConfig: ownDisk } },
    'ProcessingResources.ClusterConfig.VolumeKmsKeyId is a key',
  ],
  'an input’s name once': [
    'CreateProcessingJob',
    { ProcessingInputs: [input('a'), input('a', '/opt/ml/processing/b')] },
    'ProcessingInputs holds "a" twice',
  ],
  'an output’s name once': [
    'CreateProcessingJob',
    { ProcessingOutputConfig: { Outputs: [{ OutputName: 'o' }, { OutputName: 'o' }] } },
    'ProcessingOutputConfig.Outputs holds "o" twice',
  ],
  'a path once': [
    'CreateProcessingJob',
    { ProcessingInputs: [input('a'), input('b', '/opt/ml/processing/a')] },
    'ProcessingInputs, ProcessingOutputConfig holds "/opt/ml/processing/a" twice',
  ],
  'paths below the job’s folder': [
    'CreateProcessingJob',
    { ProcessingInputs: [input('a', '/tmp/a')] },
    'LocalPath is /tmp/a, which is not below',
  ],
  'no key for a training job’s own disk': [
    'CreateTrainingJob',
    { ResourceConfig: ownDisk },
    'ResourceConfig.VolumeKmsKeyId is a key',
  ],
  'a channel’s name once': [
    'CreateTrainingJob',
    { InputDataConfig: [{ ChannelName: 'training' }, { ChannelName: 'training' }] },
    'InputDataConfig holds "training" twice',
  ],
};

test.each(SOUND)('%s that keeps every rule has no problem', (operation, given) => {
  expect(crossProblems(operation, given)).toEqual([]);
});

test('each rule between members has a request that breaks it', () => {
  expect(Object.keys(BROKEN).sort()).toEqual(Object.keys(CROSS_RULES).sort());
});

test.each(Object.entries(BROKEN))(
  '%s: broken, it is refused by the member, and no other rule is',
  (name, [operation, given, said]) => {
    const found = crossProblems(operation, given).map(({ member, message }) => `${member} ${message}`);
    expect(found).toEqual([expect.stringContaining(said)]);
    expect(CROSS_RULES[name]!.operations).toContain(operation);
    expect(CROSS_RULES[name]!.problems(given as never)).toHaveLength(1);
  },
);
