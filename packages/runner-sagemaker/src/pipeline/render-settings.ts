import type { AwsConfig, PipelineGraph } from '@assay/core';
import type { TrainingSpec } from '../jumpstart/model-source.ts';
import type { DataSize, HeldModel, JobSizes } from './job-needs.ts';

/** Where and how a rendered pipeline runs. What is missing becomes a parameter without a default: no credentials are asked. */
export interface RenderSettings {
  readonly aws?: AwsConfig | undefined;
  /** `--role-arn`, `--bucket`, `--image-uri`, `--instance-type`: each wins over `aws`. */
  readonly roleArn?: string | undefined;
  readonly bucket?: string | undefined;
  readonly imageUri?: string | undefined;
  readonly instanceType?: string | undefined;
  /** Where on S3 each execution reads the dataset, as `datasetPrefix` tells; undefined for what a start uploads. */
  readonly datasetUri?: string | undefined;
  /** Where fine-tuning data lies: paths of the config are relative to it. @default `<prefix>` */
  readonly inputUri?: string | undefined;
  /** `pipeline.step_cache`: how long preprocessing and training may be reused. */
  readonly stepCache?: string | undefined;
  /** Models whose training data are uploaded with the inputs. */
  readonly stagedTraining?: ReadonlySet<string> | undefined;
  /** Images and artefacts of fine-tuning by model name; others become parameters. */
  readonly training?: Readonly<Record<string, TrainingArtefacts>> | undefined;
  readonly version?: string | undefined;
  /** Of the dataset, where it is known: jobs get disk for it. */
  readonly data?: DataSize | undefined;
  /** Local models that are on this machine: jobs get memory and disk for them. */
  readonly models?: ReadonlyMap<string, HeldModel> | undefined;
  /** Who to ask about the jobs; a tag. */
  readonly owner?: string | undefined;
  /** No job runs longer, in seconds: the limit of the whole, which holds while nobody watches. */
  readonly maxRuntimeS?: number | undefined;
}

/** What is known of a training without JumpStart is its image at least. */
export type TrainingArtefacts = Pick<TrainingSpec, 'imageUri'> & Partial<TrainingSpec>;

/** `<prefix>` of a pipeline's objects in its bucket. */
export function pipelinePrefix(pipeline: string, aws: AwsConfig | undefined): string {
  return (aws?.prefix ?? `assay/${pipeline}`).replaceAll(/^\/+|\/+$/g, '');
}

/** What every step's rendering needs. */
export interface RenderContext {
  readonly graph: PipelineGraph;
  readonly settings: RenderSettings;
  readonly aws: AwsConfig;
  /** `<prefix>` of the bucket. */
  readonly prefix: string;
  /** Of the processing jobs. */
  readonly sizes: JobSizes;
}

/** Container paths of a processing job. */
export const INPUT_ROOT = '/opt/ml/processing/input';
export const OUTPUT_ROOT = '/opt/ml/processing/output';
export const DEFAULT_INSTANCE_TYPE = 'ml.m5.xlarge';
export const DEFAULT_VOLUME_GB = 30;
export const DEFAULT_MAX_RUNTIME_S = 6 * 3600;
export const DEFAULT_MAX_TRAINING_S = 24 * 3600;

/** A job's own limit, or that of the whole where it is shorter; at least a minute. */
export const maxRuntime = (ownS: number, { maxRuntimeS }: RenderSettings): number =>
  Math.max(60, Math.floor(Math.min(ownS, maxRuntimeS ?? ownS)));
