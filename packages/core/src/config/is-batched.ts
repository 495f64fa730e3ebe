import type { ResolvedModel } from './resolve-runners.ts';

/** Whether a model is asked by a batch API or a transform job: it answers everything together, much later. */
export function isBatched(model: ResolvedModel): boolean {
  return (
    (model.runner === 'openai' && model.openai.mode === 'batch') ||
    (model.runner === 'bedrock' && model.bedrock.mode === 'batch') ||
    (model.runner === 'sagemaker' && model.sagemaker.mode === 'transform')
  );
}
