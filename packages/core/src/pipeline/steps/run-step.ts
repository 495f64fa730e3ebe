import { AssayError } from '../../errors/assay-error.ts';
import { evaluateStep } from './evaluate-step.ts';
import { mergeStep } from './merge-step.ts';
import { preprocessStep } from './preprocess-step.ts';
import { selectStep } from './select-step.ts';
import type { StepContext } from './step-context.ts';

export interface StepArguments {
  readonly shards?: number;
  readonly modelIndex?: number;
  /** Names the merged run. */
  readonly runId: string;
}

/** Steps that need nothing of AWS. */
export const PORTABLE_STEPS = ['preprocess', 'evaluate', 'merge', 'select'] as const;
export type PortableStep = (typeof PORTABLE_STEPS)[number];

/** Runs one step of a pipeline in this process, in the folders of its context. */
export async function runStep(step: PortableStep, given: StepArguments, context: StepContext): Promise<void> {
  switch (step) {
    case 'preprocess':
      await preprocessStep(context, given.shards ?? 1);
      return;
    case 'evaluate':
      if (given.modelIndex === undefined) throw new AssayError('USAGE', 'evaluate needs --model-index');
      await evaluateStep(context, given.modelIndex);
      return;
    case 'merge':
      await mergeStep(context, given.runId);
      return;
    case 'select':
      await selectStep(context);
      return;
  }
}
