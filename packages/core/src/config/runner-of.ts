import type { ModelConfig, RunnerKind } from './schema/model-config.ts';

const BLOCKS = ['local', 'scripted', 'openai', 'http', 'exec', 'module', 'code', 'bedrock', 'sagemaker'] as const;

/** What runs a model when nobody says `--runner`: its `runner`, else its first block, else SageMaker for what only SageMaker has. */
export function runnerOf(model: ModelConfig): RunnerKind | undefined {
  if (model.runner !== undefined) return model.runner;
  const block = BLOCKS.find((name) => model[name] !== undefined);
  return block ?? (hasSagemakerTarget(model) || model.model_id !== undefined ? 'sagemaker' : undefined);
}

/** Whether the model says which endpoint to call or what to deploy, outside of `model_id`, which other runners use too. */
export function hasSagemakerTarget(model: ModelConfig): boolean {
  return (
    model.sagemaker !== undefined ||
    model.endpoint_name !== undefined ||
    model.inference_component !== undefined ||
    model.deployment_config !== undefined ||
    model.finetuning !== undefined ||
    model.model_provider !== undefined
  );
}
