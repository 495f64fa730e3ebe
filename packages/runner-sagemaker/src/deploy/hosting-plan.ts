import { AssayError, type AwsConfig, type ModelConfig, type SagemakerBlock } from '@assay/core';
import type { ModelArtefacts } from '../jumpstart/model-source.ts';
import type { ScaleToZero } from '../ownership/component-scaling.ts';

/** A serverless endpoint. */
export interface ServerlessPlan {
  readonly memoryMb: number;
  readonly maxConcurrency: number;
  readonly provisionedConcurrency: number | undefined;
}

/** Copies of a model on an endpoint whose instances SageMaker manages. */
export interface ComponentPlan {
  readonly copies: number;
  readonly cpus: number | undefined;
  readonly accelerators: number | undefined;
  readonly memoryMb: number;
  readonly maxMemoryMb: number | undefined;
  readonly maxInstances: number;
  readonly scaleToZero: ScaleToZero | undefined;
}

const DEFAULT_MEMORY_MB = 4096;
const DEFAULT_CONCURRENCY = 5;
const DEFAULT_COOLDOWN_S = 300;

/** @throws AssayError CONFIG_INVALID for what serverless endpoints do not have */
export function planServerless(
  name: string,
  block: SagemakerBlock,
  { deployment_config: deployment = {} }: ModelConfig,
  { aws, known }: { readonly aws?: AwsConfig | undefined; readonly known: ModelArtefacts | undefined },
): ServerlessPlan | undefined {
  const { serverless } = deployment;
  if (serverless === undefined) return undefined;
  const forbidden = (
    [
      'instance_type',
      'num_instances',
      'volume_gb',
      'routing',
      'ami_version',
      'startup_timeout_s',
      'download_timeout_s',
    ] as const
  ).find((key) => deployment[key] !== undefined);
  if (forbidden !== undefined)
    throw new AssayError('CONFIG_INVALID', `${name}: deployment_config has both serverless and ${forbidden}`, {
      hint: 'a serverless endpoint has no instances: take one of the two',
    });
  refuseModes(name, block, 'a serverless endpoint');
  refuseNetwork(name, aws, known);
  const { memory_mb: memoryMb = DEFAULT_MEMORY_MB, max_concurrency: maxConcurrency = DEFAULT_CONCURRENCY } = serverless;
  const { provisioned_concurrency: provisionedConcurrency } = serverless;
  if (provisionedConcurrency !== undefined && provisionedConcurrency > maxConcurrency)
    throw new AssayError(
      'CONFIG_INVALID',
      `${name}: serverless.provisioned_concurrency is ${provisionedConcurrency}, above max_concurrency (${maxConcurrency})`,
    );
  return { memoryMb, maxConcurrency, provisionedConcurrency };
}

/** @param known of a JumpStart document: what a copy needs @throws AssayError CONFIG_INVALID */
export function planComponent(
  name: string,
  block: SagemakerBlock,
  { deployment_config: deployment = {} }: ModelConfig,
  known: ModelArtefacts | undefined,
): ComponentPlan | undefined {
  const { inference_component: component, num_instances: instances = 1 } = deployment;
  if (component === undefined) {
    if (block.inference_component === undefined) return undefined;
    throw new AssayError('CONFIG_INVALID', `${name} names an inference component, and nothing says what a copy needs`, {
      hint: 'write deployment_config: { inference_component: { memory_mb: … } }, or name the endpoint that it is on alone',
    });
  }
  refuseModes(name, block, 'an inference component');
  const { copies = 1, memory_mb: memoryMb = known?.resources?.min_memory_mb ?? undefined } = component;
  if (memoryMb === undefined)
    throw new AssayError('CONFIG_INVALID', `nothing says how much memory a copy of ${name} needs`, {
      hint: 'write deployment_config: { inference_component: { memory_mb: 8192 } }',
    });
  const { max_memory_mb: maxMemoryMb, max_instances: maxInstances = instances, scale_to_zero: scale } = component;
  if (maxMemoryMb !== undefined && maxMemoryMb < memoryMb)
    throw new AssayError(
      'CONFIG_INVALID',
      `${name}: inference_component.max_memory_mb is below memory_mb (${memoryMb})`,
    );
  if (maxInstances < instances)
    throw new AssayError(
      'CONFIG_INVALID',
      `${name}: inference_component.max_instances is below num_instances (${instances})`,
    );
  const maxCopies = scale?.max_copies ?? copies;
  if (maxCopies < copies)
    throw new AssayError('CONFIG_INVALID', `${name}: scale_to_zero.max_copies is below copies (${copies})`);
  return {
    copies,
    cpus: component.cpus,
    accelerators: component.accelerators ?? known?.resources?.num_accelerators ?? undefined,
    memoryMb,
    maxMemoryMb,
    maxInstances,
    scaleToZero:
      scale === undefined
        ? undefined
        : {
            maxCopies,
            requestsPerCopy: scale.requests_per_copy ?? 5,
            cooldownS: scale.cooldown_s ?? DEFAULT_COOLDOWN_S,
          },
  };
}

function refuseNetwork(name: string, aws: AwsConfig | undefined, known: ModelArtefacts | undefined): void {
  if (aws?.vpc !== undefined)
    throw new AssayError(
      'CONFIG_INVALID',
      `${name} is serverless, and aws.vpc is set: serverless endpoints are in no VPC`,
    );
  if ((aws?.network_isolation ?? known?.networkIsolation) === true)
    throw new AssayError(
      'CONFIG_INVALID',
      `${name} is serverless, and ${aws?.network_isolation === true ? 'aws.network_isolation is set' : 'its document asks for network isolation'}`,
      { hint: 'serverless endpoints have none: write aws: { network_isolation: false }, or take instances' },
    );
}

function refuseModes(name: string, { mode }: SagemakerBlock, what: string): void {
  if (mode !== 'async' && mode !== 'transform') return;
  throw new AssayError('CONFIG_INVALID', `${name} asks for mode ${mode}, which ${what} does not have`, {
    hint: 'take mode: realtime or stream',
  });
}
