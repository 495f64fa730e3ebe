import { expect, test } from 'vitest';
import { crossProblems } from './cross-rules.ts';

const GATED = 's3://jumpstart-private-cache-prod-us-east-1/m/';
const source = (S3Uri: string, more: object = {}) => ({
  ModelDataSource: { S3DataSource: { S3Uri, S3DataType: 'S3Prefix', CompressionType: 'None', ...more } },
});
const accepted = { ModelAccessConfig: { AcceptEula: true } };
const variant = (more: object) => ({ VariantName: 'v', ModelName: 'm', InstanceType: 'ml.m5.xlarge', ...more });

test('sound requests have no problems', () => {
  expect(crossProblems('CreateModel', { PrimaryContainer: { Image: 'i', ...source(GATED, accepted) } })).toEqual([]);
  expect(
    crossProblems('CreateEndpointConfig', { ProductionVariants: [variant({ VolumeSizeInGB: 30 })], KmsKeyId: 'k' }),
  ).toEqual([]);
  expect(crossProblems('DescribeEndpoint', {})).toEqual([]);
});

test.each([
  [
    'two places of weights',
    'CreateModel',
    { PrimaryContainer: { ModelDataUrl: 's3://b/m.tar.gz', ...source('s3://b/m/') } },
    'PrimaryContainer.ModelDataSource stands beside',
  ],
  [
    'a package with an image',
    'CreateModel',
    { PrimaryContainer: { Image: 'i', ModelPackageName: 'arn' } },
    'PrimaryContainer.ModelPackageName stands beside Image',
  ],
  ['a prefix without its slash', 'CreateModel', { PrimaryContainer: source('s3://b/m') }, 'does not end with a slash'],
  [
    'an object with a slash',
    'CreateModel',
    { PrimaryContainer: source('s3://b/m/', { S3DataType: 'S3Object' }) },
    'ends with a slash',
  ],
  [
    'a gated model whose licence is not accepted',
    'CreateModel',
    { PrimaryContainer: source(GATED) },
    'does not accept the licence',
  ],
  [
    'a gated model by its URL',
    'CreateModel',
    { PrimaryContainer: { ModelDataUrl: `${GATED}m.tar.gz` } },
    'only ModelDataSource can accept',
  ],
  [
    'a gated container of a package',
    'CreateModelPackage',
    { InferenceSpecification: { Containers: [source(GATED)] } },
    'InferenceSpecification.Containers[0].ModelDataSource',
  ],
  [
    'a key for an endpoint’s own disk',
    'CreateEndpointConfig',
    { ProductionVariants: [variant({ InstanceType: 'ml.g5.2xlarge' })], KmsKeyId: 'k' },
    'KmsKeyId is a key for the volume of ml.g5.2xlarge',
  ],
  [
    'a size for an endpoint’s own disk',
    'CreateEndpointConfig',
    { ProductionVariants: [variant({ InstanceType: 'ml.p4d.24xlarge', VolumeSizeInGB: 30 })] },
    'VolumeSizeInGB is a size',
  ],
  [
    'an instance beside serverless',
    'CreateEndpointConfig',
    { ProductionVariants: [variant({ ServerlessConfig: {} })] },
    'InstanceType stands beside ServerlessConfig',
  ],
  [
    'neither',
    'CreateEndpointConfig',
    { ProductionVariants: [variant({ InstanceType: undefined })] },
    'neither InstanceType nor',
  ],
  [
    'an asynchronous serverless endpoint',
    'CreateEndpointConfig',
    { ProductionVariants: [variant({ InstanceType: undefined, ServerlessConfig: {} })], AsyncInferenceConfig: {} },
    'AsyncInferenceConfig stands beside',
  ],
  [
    'a variant’s name for two',
    'CreateEndpointConfig',
    { ProductionVariants: [variant({}), variant({})] },
    'holds "v" twice',
  ],
  ['a tag of AWS', 'CreateEndpoint', { Tags: [{ Key: 'aws:a', Value: 'b' }] }, 'Tags[0].Key begins with aws:'],
  ['a tag for two', 'CreateModelPackageGroup', { Tags: [{ Key: 'a' }, { Key: 'a' }] }, 'Tags holds "a" twice'],
  [
    'an output’s name for two',
    'CreateProcessingJob',
    { ProcessingOutputConfig: { Outputs: [{ OutputName: 'o' }, { OutputName: 'o' }] } },
    'Outputs holds "o" twice',
  ],
  [
    'a key for a job’s own disk',
    'CreateProcessingJob',
    { ProcessingResources: { ClusterConfig: { InstanceType: 'ml.c5d.xlarge', VolumeKmsKeyId: 'k' } } },
    'VolumeKmsKeyId is a key',
  ],
])('%s is refused', (_, operation, input, expected) => {
  expect(crossProblems(operation, input).map(({ member, message }) => `${member} ${message}`)).toContainEqual(
    expect.stringContaining(expected),
  );
});
