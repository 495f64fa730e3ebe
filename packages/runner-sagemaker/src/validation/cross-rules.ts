import { takesVolume } from '../aws/storage-volume.ts';
import type { RequestProblem } from './validate-request.ts';

type Json = Readonly<Record<string, unknown>>;
type Rule = (input: Json) => RequestProblem[];

const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.map(object) : []);
const problem = (member: string, message: string, holds: boolean): RequestProblem[] =>
  holds ? [{ member, message }] : [];

/** A key for a disk that is the machine's own: AWS encrypts that one itself, and refuses the request. */
const ownDisk = (member: string, key: unknown, type: unknown): RequestProblem[] =>
  problem(
    member,
    `is a key for the volume of ${type}, whose disk is its own and takes none`,
    typeof key === 'string' && typeof type === 'string' && !takesVolume(type),
  );

function repeated(member: string, names: readonly unknown[]): RequestProblem[] {
  const twice = names.find((name, i) => name !== undefined && names.indexOf(name) !== i);
  return problem(member, `holds "${String(twice)}" twice`, twice !== undefined);
}

const tags: Rule = (input) => [
  ...repeated(
    'Tags',
    list(input.Tags).map(({ Key }) => Key),
  ),
  ...list(input.Tags).flatMap(({ Key }, i) =>
    problem(`Tags[${i}].Key`, 'begins with aws:, which is AWS’s own', typeof Key === 'string' && /^aws:/i.test(Key)),
  ),
];

/** A container as CreateModel and CreateModelPackage take it. */
function container(at: string, given: Json): RequestProblem[] {
  const source = object(object(given.ModelDataSource).S3DataSource);
  const uri = String(source.S3Uri ?? '');
  const access = object(source.ModelAccessConfig);
  return [
    ...problem(
      `${at}.ModelDataSource`,
      'stands beside ModelDataUrl: one of the two',
      given.ModelDataUrl !== undefined && given.ModelDataSource !== undefined,
    ),
    ...problem(
      `${at}.ModelPackageName`,
      'stands beside Image: a package brings its own',
      given.ModelPackageName !== undefined && given.Image !== undefined,
    ),
    ...problem(
      `${at}.ModelDataSource.S3DataSource.S3Uri`,
      'is a prefix that does not end with a slash',
      source.S3DataType === 'S3Prefix' && !uri.endsWith('/'),
    ),
    ...problem(
      `${at}.ModelDataSource.S3DataSource.S3Uri`,
      'is one object and ends with a slash',
      source.S3DataType === 'S3Object' && uri.endsWith('/'),
    ),
    ...problem(
      `${at}.ModelDataSource.S3DataSource.ModelAccessConfig`,
      'does not accept the licence of a gated model',
      isGated(uri) && access.AcceptEula !== true,
    ),
    ...problem(
      `${at}.ModelDataUrl`,
      'is of a gated model, whose licence only ModelDataSource can accept',
      isGated(String(given.ModelDataUrl ?? '')),
    ),
  ];
}

const isGated = (uri: string): boolean => uri.startsWith('s3://jumpstart-private-cache-prod-');

function variants(input: Json): RequestProblem[] {
  const all = list(input.ProductionVariants);
  return [
    ...repeated(
      'ProductionVariants',
      all.map(({ VariantName }) => VariantName),
    ),
    ...all.flatMap((variant, i) => {
      const at = `ProductionVariants[${i}]`;
      const { InstanceType: type, ServerlessConfig: serverless } = variant;
      const isOwn = typeof type === 'string' && !takesVolume(type);
      return [
        ...problem(
          `${at}.VolumeSizeInGB`,
          `is a size for the disk of ${type}, which is its own`,
          isOwn && variant.VolumeSizeInGB !== undefined,
        ),
        ...problem(
          `${at}.InstanceType`,
          'stands beside ServerlessConfig: one of the two',
          type !== undefined && serverless !== undefined,
        ),
        ...problem(at, 'has neither InstanceType nor ServerlessConfig', type === undefined && serverless === undefined),
        ...ownDisk('KmsKeyId', input.KmsKeyId, type),
      ];
    }),
    ...problem(
      'AsyncInferenceConfig',
      'stands beside a serverless variant',
      input.AsyncInferenceConfig !== undefined && all.some((each) => each.ServerlessConfig !== undefined),
    ),
  ];
}

function processing(input: Json): RequestProblem[] {
  const cluster = object(object(input.ProcessingResources).ClusterConfig);
  const inputs = list(input.ProcessingInputs);
  const outputs = list(object(input.ProcessingOutputConfig).Outputs);
  const paths = [
    ...inputs.map(({ S3Input }) => object(S3Input).LocalPath),
    ...outputs.map(({ S3Output }) => object(S3Output).LocalPath),
  ];
  return [
    ...ownDisk('ProcessingResources.ClusterConfig.VolumeKmsKeyId', cluster.VolumeKmsKeyId, cluster.InstanceType),
    ...repeated(
      'ProcessingInputs',
      inputs.map(({ InputName }) => InputName),
    ),
    ...repeated(
      'ProcessingOutputConfig.Outputs',
      outputs.map(({ OutputName }) => OutputName),
    ),
    ...repeated('ProcessingInputs, ProcessingOutputConfig', paths),
    ...paths.flatMap((path) =>
      problem(
        'LocalPath',
        `is ${String(path)}, which is not below /opt/ml/processing`,
        path !== undefined && !String(path).startsWith('/opt/ml/processing/'),
      ),
    ),
  ];
}

function training(input: Json): RequestProblem[] {
  const { VolumeKmsKeyId: key, InstanceType: type } = object(input.ResourceConfig);
  return [
    ...ownDisk('ResourceConfig.VolumeKmsKeyId', key, type),
    ...repeated(
      'InputDataConfig',
      list(input.InputDataConfig).map(({ ChannelName }) => ChannelName),
    ),
  ];
}

const packageContainers: Rule = (input) =>
  list(object(input.InferenceSpecification).Containers).flatMap((each, i) =>
    container(`InferenceSpecification.Containers[${i}]`, each),
  );

/** What one member forbids another, by the operation: AWS says it in words, the service's model does not. */
const RULES: Readonly<Record<string, readonly Rule[]>> = {
  CreateModel: [tags, (input) => container('PrimaryContainer', object(input.PrimaryContainer))],
  CreateModelPackage: [tags, packageContainers],
  CreateModelPackageGroup: [tags],
  CreateEndpointConfig: [tags, variants],
  CreateEndpoint: [tags],
  CreateProcessingJob: [tags, processing],
  CreateTrainingJob: [tags, training],
  CreateTransformJob: [tags],
  CreatePipeline: [tags],
};

/** Problems between members of a request to SageMaker. */
export const crossProblems = (operation: string, input: unknown): RequestProblem[] =>
  (RULES[operation] ?? []).flatMap((rule) => rule(object(input)));
