import {
  type AwsConfig,
  flatSteps,
  hourlyCost,
  type Instances,
  type PipelineGraph,
  type PipelineStep,
  type PriceTable,
} from '@assay/core';
import { DEFAULT_INSTANCE_TYPE, DEFAULT_MAX_RUNTIME_S, DEFAULT_MAX_TRAINING_S } from '../pipeline/render-settings.ts';

/** What one step, or the endpoint that it brings up, would be paid for. */
export interface EstimateLine {
  readonly step: string;
  /** Null where nothing says which instance. */
  readonly instances: Instances | null;
  /** Of a serverless endpoint, which has no instances. */
  readonly isByRequest: boolean;
  /** By the user's prices; null where they do not say. */
  readonly hourly: number | null;
  /** The longest that it can run, in seconds, by its stopping condition; of an endpoint, by those of its evaluation. */
  readonly maxSeconds: number;
  /** For all of that time. */
  readonly atMost: number | null;
}

export interface EstimateOptions {
  readonly aws?: AwsConfig | undefined;
  readonly prices?: PriceTable | undefined;
  readonly maxRuntimeMs?: number | undefined;
  /** Values given to the pipeline's parameters: InstanceType and EvaluateInstances count here. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

/**
 * What an execution of a pipeline can cost at most: instances × their longest time × the user's price. How long it will
 * really run is not known before; the longest times are the jobs' stopping conditions, or the limit of the whole.
 */
export function estimatePipeline({ steps }: PipelineGraph, options: EstimateOptions): EstimateLine[] {
  const { aws, prices, maxRuntimeMs, parameters = {} } = options;
  const type = parameters.InstanceType ?? aws?.instance_type ?? DEFAULT_INSTANCE_TYPE;
  const evaluateInstances = Number(parameters.EvaluateInstances);
  const longest = (seconds: number): number => Math.min(seconds, (maxRuntimeMs ?? Number.POSITIVE_INFINITY) / 1000);
  const job = aws?.max_runtime_s ?? DEFAULT_MAX_RUNTIME_S;
  const line = (step: string, instances: Instances | null, seconds: number, isByRequest = false): EstimateLine => {
    const hourly = instances === null ? null : hourlyCost(prices, instances);
    const maxSeconds = longest(seconds);
    return {
      step,
      instances,
      isByRequest,
      hourly,
      maxSeconds,
      atMost: hourly === null ? null : (hourly * maxSeconds) / 3600,
    };
  };
  const linesOf = (step: PipelineStep): EstimateLine[] => {
    if (step.kind === 'gate') return [];
    if (step.kind === 'group') {
      // One job for all of its steps, and what they bring up.
      const own = new Set(flatSteps(step).map(({ name }) => name));
      return [
        line(step.name, { use: 'processing', type, count: 1 }, job),
        ...step.steps.flatMap(linesOf).filter((each) => !own.has(each.step) || each.instances?.use === 'training'),
      ];
    }
    if (step.kind === 'finetune') {
      const instances: Instances = { use: 'training', type: step.instanceType, count: step.instances };
      return [line(step.name, instances, aws?.max_runtime_s ?? DEFAULT_MAX_TRAINING_S)];
    }
    const count = step.kind === 'evaluate' ? evaluateInstances || step.instances : 1;
    const own = line(step.name, { use: 'processing', type, count }, job);
    if (step.kind === 'evaluate' && step.transform !== null) {
      const { instanceType, instances } = step.transform;
      const transform: Instances | null =
        instanceType === null ? null : { use: 'transform', type: instanceType, count: instances * count };
      // It is waited for by the step, and stopped with it.
      return [own, line(`${step.name} (transform job)`, transform, job)];
    }
    if (step.kind !== 'deploy') return [own];
    const endpoint: Instances | null =
      step.instanceType === null ? null : { use: 'endpoint', type: step.instanceType, count: step.instances };
    // Up while it is deployed, asked and cleaned up.
    return [own, line(`${step.name} (endpoint)`, endpoint, 3 * job, step.isServerless)];
  };
  return steps.flatMap(linesOf);
}
