import { takesVolume } from '../aws/storage-volume.ts';
import { type CrossRule, type Json, list, object, problem, repeated } from './cross-rule.ts';
import { ownDisk } from './own-disk.ts';
import type { RequestProblem } from './validate-request.ts';

const CONFIG = ['CreateEndpointConfig'];

const ofVariants = (rule: (at: string, variant: Json, input: Json) => readonly RequestProblem[]): CrossRule => ({
  operations: CONFIG,
  problems: (input) =>
    list(input.ProductionVariants).flatMap((variant, i) => rule(`ProductionVariants[${i}]`, variant, input)),
});

/** Members of a variant that speak of instances, which a serverless one has none of. */
const OF_INSTANCES = [
  'InstanceType',
  'InitialInstanceCount',
  'VolumeSizeInGB',
  'ManagedInstanceScaling',
  'RoutingConfig',
  'InferenceAmiVersion',
  'ContainerStartupHealthCheckTimeoutInSeconds',
  'ModelDataDownloadTimeoutInSeconds',
] as const;

const isServerless = ({ ServerlessConfig }: Json): boolean => ServerlessConfig !== undefined;
/** A variant that inference components join later. */
const isBare = ({ ModelName }: Json): boolean => ModelName === undefined;

export const endpointRules = {
  'a variant’s name once': {
    operations: CONFIG,
    problems: ({ ProductionVariants }) =>
      repeated(
        'ProductionVariants',
        list(ProductionVariants).map(({ VariantName }) => VariantName),
      ),
  },
  'no size for an endpoint’s own disk': ofVariants((at, { InstanceType: type, VolumeSizeInGB: size }) =>
    problem(
      `${at}.VolumeSizeInGB`,
      `is a size for the disk of ${type}, which is its own`,
      typeof type === 'string' && !takesVolume(type) && size !== undefined,
    ),
  ),
  'no key for an endpoint’s own disk': ofVariants((_, { InstanceType: type }, { KmsKeyId }) =>
    ownDisk('KmsKeyId', KmsKeyId, type),
  ),
  'no instances of a serverless variant': ofVariants((at, variant) =>
    OF_INSTANCES.flatMap((member) =>
      problem(
        `${at}.${member}`,
        'stands beside ServerlessConfig: one of the two',
        isServerless(variant) && variant[member] !== undefined,
      ),
    ),
  ),
  'instances or serverless': ofVariants((at, variant) =>
    problem(
      at,
      'has neither InstanceType nor ServerlessConfig',
      variant.InstanceType === undefined && !isServerless(variant),
    ),
  ),
  'a serverless variant is alone': {
    operations: CONFIG,
    problems: ({ ProductionVariants }) => {
      const all = list(ProductionVariants);
      return problem(
        'ProductionVariants',
        'holds a serverless variant and others',
        all.length > 1 && all.some(isServerless),
      );
    },
  },
  'a serverless variant answers at once': {
    operations: CONFIG,
    problems: ({ AsyncInferenceConfig, ProductionVariants }) =>
      problem(
        'AsyncInferenceConfig',
        'stands beside a serverless variant',
        AsyncInferenceConfig !== undefined && list(ProductionVariants).some(isServerless),
      ),
  },
  'memory of a serverless variant in whole GB': ofVariants((at, { ServerlessConfig }) => {
    const { MemorySizeInMB: memory } = object(ServerlessConfig);
    return problem(
      `${at}.ServerlessConfig.MemorySizeInMB`,
      `is ${memory}, where AWS takes 1024, 2048, 3072, 4096, 5120 or 6144`,
      typeof memory === 'number' && memory % 1024 !== 0,
    );
  }),
  'provisioned within the greatest concurrency': ofVariants((at, { ServerlessConfig }) => {
    const { MaxConcurrency: most, ProvisionedConcurrency: provisioned } = object(ServerlessConfig);
    return problem(
      `${at}.ServerlessConfig.ProvisionedConcurrency`,
      `is ${provisioned}, which is above MaxConcurrency (${most})`,
      typeof provisioned === 'number' && typeof most === 'number' && provisioned > most,
    );
  }),
  'a variant without a model names a role': ofVariants((at, variant, { ExecutionRoleArn }) =>
    problem(
      'ExecutionRoleArn',
      `is missing, and ${at} names no model: inference components need it`,
      isBare(variant) && ExecutionRoleArn === undefined,
    ),
  ),
  'managed scaling from few to many': ofVariants((at, { ManagedInstanceScaling }) => {
    const { MinInstanceCount: least, MaxInstanceCount: most } = object(ManagedInstanceScaling);
    return problem(
      `${at}.ManagedInstanceScaling.MinInstanceCount`,
      `is ${least}, which is above MaxInstanceCount (${most})`,
      typeof least === 'number' && typeof most === 'number' && least > most,
    );
  }),
  'a component’s model once': {
    operations: ['CreateInferenceComponent'],
    problems: ({ Specification }) => {
      const { ModelName, Container } = object(Specification);
      return problem(
        'Specification.ModelName',
        'stands beside Container: one of the two',
        ModelName !== undefined && Container !== undefined,
      );
    },
  },
  'a component’s needs': {
    operations: ['CreateInferenceComponent'],
    problems: ({ Specification }) => {
      const { BaseInferenceComponentName, ComputeResourceRequirements } = object(Specification);
      return problem(
        'Specification.ComputeResourceRequirements',
        'is missing: only an adapter of another component goes without',
        BaseInferenceComponentName === undefined && ComputeResourceRequirements === undefined,
      );
    },
  },
  'a component’s memory from little to much': {
    operations: ['CreateInferenceComponent'],
    problems: ({ Specification }) => {
      const { MinMemoryRequiredInMb: least, MaxMemoryRequiredInMb: most } = object(
        object(Specification).ComputeResourceRequirements,
      );
      return problem(
        'Specification.ComputeResourceRequirements.MinMemoryRequiredInMb',
        `is ${least}, which is above MaxMemoryRequiredInMb (${most})`,
        typeof least === 'number' && typeof most === 'number' && least > most,
      );
    },
  },
} satisfies Readonly<Record<string, CrossRule>>;
