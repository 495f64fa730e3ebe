import { type AwsConfig, flatSteps, type PipelineGraph, type PipelineStep } from '@assay/core';
import { diskSizes } from './disk-size.ts';
import { memoryOf, ownDiskOf, smallestWith } from './instance-sizes.ts';
import type { DataSize, HeldModel, JobSize, JobSizes } from './job-needs.ts';
import { DEFAULT_INSTANCE_TYPE, DEFAULT_VOLUME_GB } from './render-settings.ts';

export interface JobSizesOptions {
  readonly aws?: AwsConfig | undefined;
  /** `--parameter InstanceType=…`, which wins over the config. */
  readonly instanceType?: string | undefined;
  /** Of the dataset, where it is known. */
  readonly data?: DataSize | undefined;
  /** Local models by name, where they are on this machine; of others nobody knows the size before. */
  readonly models?: ReadonlyMap<string, HeldModel> | undefined;
}

/** Node, scoring threads, embedded helpers. */
const BASE_GIB = 4;
/** Weights as they are in memory beside the files that they are read from, and room for what is generated. */
const HELD = 1.6;
/** A file that is downloaded is there twice until it is whole. */
const FETCHED = 2;
/** Steps that a note names. */
const NAMED = 5;

/** What each processing job of a pipeline needs, and the instance type that can hold it. */
export function jobSizes(graph: PipelineGraph, options: JobSizesOptions): JobSizes {
  const { aws, data, models = new Map() } = options;
  const disks = data === undefined ? undefined : diskSizes(graph, data);
  const jobs = graph.steps.flatMap((step) => {
    const job = 'command' in step ? jobSize(step, disks?.get(step.name) ?? 0, models) : undefined;
    return job === undefined ? [] : [{ ...job, diskGb: aws?.volume_gb ?? job.needsGb }];
  });
  const named = options.instanceType ?? aws?.instance_type;
  const most = jobs.reduce((largest, job) => (job.memoryGib > largest.memoryGib ? job : largest));
  const fitting = smallestWith(most.memoryGib);
  const instanceType = named ?? fitting ?? DEFAULT_INSTANCE_TYPE;
  const step = graph.steps.find(({ name }) => name === most.step)!;
  const notes = [
    ...memoryNotes(instanceType, { named, fitting, needs: most.memoryGib, why: whyMemory(step, most, models) }),
    ...ownDiskNotes(instanceType, jobs),
    ...diskNotes(jobs, aws),
  ];
  return { instanceType, jobs, notes };
}

function jobSize(
  step: Extract<PipelineStep, { command: readonly string[] }>,
  diskGb: number,
  models: ReadonlyMap<string, HeldModel>,
): Omit<JobSize, 'diskGb'> {
  const held = modelNames(step).flatMap((name) => models.get(name) ?? []);
  const fetched = held.filter(({ isFetched }) => isFetched);
  return {
    step: step.name,
    instances: step.kind === 'evaluate' ? step.instances : 1,
    needsGb: Math.max(DEFAULT_VOLUME_GB, diskGb + Math.ceil((FETCHED * bytesOf(fetched)) / 1e9)),
    memoryGib: Math.ceil(BASE_GIB + (HELD * bytesOf(held)) / 2 ** 30),
  };
}

/** Of a group, whose models may be asked at the same time, all of them. */
function modelNames(step: PipelineStep): string[] {
  return flatSteps({ steps: [step] }).flatMap((each) => (each.kind === 'evaluate' ? [each.model] : []));
}

function whyMemory(step: PipelineStep, { memoryGib }: JobSize, models: ReadonlyMap<string, HeldModel>): string {
  const held = modelNames(step).flatMap((name) => {
    const model = models.get(name);
    return model === undefined ? [] : [`${name} (${gigabytes(model.bytes)})`];
  });
  return `${step.name} holds ${held.join(', ')} and needs about ${memoryGib} GiB of memory`;
}

function memoryNotes(
  type: string,
  given: {
    readonly named: string | undefined;
    readonly fitting: string | undefined;
    readonly needs: number;
    readonly why: string;
  },
): string[] {
  const { named, fitting, needs, why } = given;
  const has = memoryOf(type);
  if (has !== undefined && has < needs) {
    const instead = fitting === undefined ? 'no general type has it' : `take ${fitting}`;
    return [`${type} has ${has} GiB: ${why}; ${instead}`];
  }
  if (named !== undefined || type === DEFAULT_INSTANCE_TYPE) return [];
  return [`jobs run on ${type} in place of ${DEFAULT_INSTANCE_TYPE}: ${why}`];
}

function ownDiskNotes(type: string, jobs: readonly JobSize[]): string[] {
  const own = ownDiskOf(type);
  const large = own === undefined ? undefined : jobs.find(({ needsGb }) => needsGb > own);
  if (large === undefined) return [];
  const { step, needsGb } = large;
  return [
    `${type} has a disk of ${own} GB of its own, which aws.volume_gb does not change: ${step} needs ${needsGb} GB; take a type with a volume, such as ${DEFAULT_INSTANCE_TYPE}`,
  ];
}

/** Which jobs get more disk than the others; or need more than the config gives them. */
function diskNotes(jobs: readonly JobSize[], aws: AwsConfig | undefined): string[] {
  const most = aws?.volume_gb ?? DEFAULT_VOLUME_GB;
  const larger = jobs.filter(({ needsGb }) => needsGb > most);
  if (larger.length === 0) return [];
  const texts = larger.slice(0, NAMED).map(({ step, needsGb }) => `${step} ${needsGb} GB`);
  const named = [...texts, ...(larger.length > NAMED ? [`${larger.length - NAMED} more`] : [])].join(', ');
  return [
    aws?.volume_gb === undefined
      ? `disk by the size of data and models: ${named}; other jobs ${most} GB`
      : `aws.volume_gb is ${most}; by the size of data and models jobs need more: ${named}`,
  ];
}

const bytesOf = (held: readonly HeldModel[]): number => held.reduce((sum, { bytes }) => sum + bytes, 0);

const gigabytes = (bytes: number): string => `${Number((bytes / 1e9).toPrecision(2))} GB`;
