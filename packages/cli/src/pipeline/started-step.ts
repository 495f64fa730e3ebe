import { AssayError, type ResolvedModel, resolveRunners, type StepConfig, type StepFolders } from 'assay/internal';
import type { ProgressLine } from '../print/progress-line.ts';

export interface StepFlags {
  readonly shards?: number;
  readonly modelIndex?: number;
  readonly modelData?: string;
  readonly group?: string;
  /** Of a group of steps. */
  readonly name?: string;
  /** A folder, or `sagemaker`. */
  readonly registry: string;
  readonly mlRoot: string;
  readonly runId: string;
}

/** What a step of any kind works with. */
export interface Step {
  readonly flags: StepFlags;
  readonly folders: StepFolders;
  readonly config: StepConfig;
  /** Instances of the job. */
  readonly hosts: number;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
  readonly progress: ProgressLine;
}

export type SageMakerModel = Extract<ResolvedModel, { runner: 'sagemaker' }>;

export function sagemakerModel({ loaded }: StepConfig, index: number): SageMakerModel {
  const model = resolveRunners(loaded)[index];
  if (model?.runner === 'sagemaker') return model;
  throw new AssayError(
    'USAGE',
    `model ${index} of the config is ${model === undefined ? 'missing' : 'not on SageMaker'}`,
  );
}

export function modelIndexOf(index: number | undefined): number {
  if (index === undefined) throw new AssayError('USAGE', 'this step needs --model-index');
  return index;
}
