import type { AwsConfig } from '@assay/core';
import type {
  CreateEndpointConfigCommandInput,
  CreateInferenceComponentCommandInput,
  ProductionVariant,
  ProductionVariantInferenceAmiVersion,
  ProductionVariantInstanceType,
} from '@aws-sdk/client-sagemaker';
import { takesVolume } from '../aws/storage-volume.ts';
import type { Tag } from '../ownership/owned-tags.ts';
import type { DeploymentPlan } from './deployment-plan.ts';
import type { ComponentPlan } from './hosting-plan.ts';

const VARIANT = 'AllTraffic';
const ROUTING = { least_outstanding_requests: 'LEAST_OUTSTANDING_REQUESTS', random: 'RANDOM' } as const;

/** What stands behind an endpoint: instances, instances for inference components, or none that one sees. */
export function productionVariant(modelName: string, plan: DeploymentPlan): ProductionVariant {
  const { serverless, component, instanceType, instanceCount, startupTimeoutS, downloadTimeoutS } = plan;
  if (serverless !== undefined) {
    const { memoryMb, maxConcurrency, provisionedConcurrency } = serverless;
    return {
      VariantName: VARIANT,
      ModelName: modelName,
      InitialVariantWeight: 1,
      ServerlessConfig: {
        MemorySizeInMB: memoryMb,
        MaxConcurrency: maxConcurrency,
        ...(provisionedConcurrency === undefined ? {} : { ProvisionedConcurrency: provisionedConcurrency }),
      },
    };
  }
  const volumeGb = instanceType !== undefined && takesVolume(instanceType) ? plan.volumeGb : undefined;
  const routing = plan.routing ?? (component === undefined ? undefined : 'least_outstanding_requests');
  return {
    VariantName: VARIANT,
    ...(component === undefined
      ? {
          ModelName: modelName,
          InitialVariantWeight: 1,
          ...(startupTimeoutS === undefined ? {} : { ContainerStartupHealthCheckTimeoutInSeconds: startupTimeoutS }),
          ...(downloadTimeoutS === undefined ? {} : { ModelDataDownloadTimeoutInSeconds: downloadTimeoutS }),
        }
      : {
          ManagedInstanceScaling: {
            Status: 'ENABLED',
            MinInstanceCount: component.scaleToZero === undefined ? instanceCount : 0,
            MaxInstanceCount: component.maxInstances,
          },
        }),
    InitialInstanceCount: instanceCount,
    InstanceType: instanceType as ProductionVariantInstanceType,
    ...(volumeGb === undefined ? {} : { VolumeSizeInGB: volumeGb }),
    ...(plan.amiVersion === undefined
      ? {}
      : { InferenceAmiVersion: plan.amiVersion as ProductionVariantInferenceAmiVersion }),
    ...(routing === undefined ? {} : { RoutingConfig: { RoutingStrategy: ROUTING[routing] } }),
  };
}

/** Of an endpoint whose variant names no model: the role and network of the instances. */
export function componentEndpoint(
  { component, networkIsolation }: DeploymentPlan,
  roleArn: string,
  aws: AwsConfig | undefined,
): Pick<CreateEndpointConfigCommandInput, 'ExecutionRoleArn' | 'VpcConfig' | 'EnableNetworkIsolation'> {
  if (component === undefined) return {};
  const isolated = aws?.network_isolation ?? networkIsolation;
  return {
    ExecutionRoleArn: roleArn,
    ...(aws?.vpc === undefined
      ? {}
      : { VpcConfig: { Subnets: aws.vpc.subnets, SecurityGroupIds: aws.vpc.security_group_ids } }),
    ...(isolated === undefined ? {} : { EnableNetworkIsolation: isolated }),
  };
}

/** CreateInferenceComponent's input. */
export function createComponentInput(
  names: {
    readonly component: string;
    readonly endpoint: string;
    readonly model: string;
    /** @default that of an endpoint of ours */
    readonly variant?: string | undefined;
  },
  { startupTimeoutS, downloadTimeoutS }: DeploymentPlan,
  { copies, cpus, accelerators, memoryMb, maxMemoryMb }: ComponentPlan,
  tags: readonly Tag[],
): CreateInferenceComponentCommandInput {
  const startup = {
    ...(startupTimeoutS === undefined ? {} : { ContainerStartupHealthCheckTimeoutInSeconds: startupTimeoutS }),
    ...(downloadTimeoutS === undefined ? {} : { ModelDataDownloadTimeoutInSeconds: downloadTimeoutS }),
  };
  return {
    InferenceComponentName: names.component,
    EndpointName: names.endpoint,
    VariantName: names.variant ?? VARIANT,
    Specification: {
      ModelName: names.model,
      ...(Object.keys(startup).length === 0 ? {} : { StartupParameters: startup }),
      ComputeResourceRequirements: {
        MinMemoryRequiredInMb: memoryMb,
        ...(maxMemoryMb === undefined ? {} : { MaxMemoryRequiredInMb: maxMemoryMb }),
        ...(cpus === undefined ? {} : { NumberOfCpuCoresRequired: cpus }),
        ...(accelerators === undefined ? {} : { NumberOfAcceleratorDevicesRequired: accelerators }),
      },
    },
    RuntimeConfig: { CopyCount: copies },
    Tags: [...tags],
  };
}
