import { AssayError, type Clock, type PipelineGraph, type ResolvedModel } from '@assay/core';
import type { AwsConnection } from '../aws/aws-connection.ts';
import { defaultSources } from '../jumpstart/default-sources.ts';
import { checkHyperparameters } from '../jumpstart/hyperparameters.ts';
import type { ModelSource } from '../jumpstart/model-source.ts';
import type { TrainingArtefacts } from './render-settings.ts';
import { isOfTraining } from './training-parameters.ts';

export interface ResolveTrainingOptions {
  /** @default hub content, then the public manifest */
  readonly sources?: readonly ModelSource[] | undefined;
  readonly clock?: Clock | undefined;
  /** Names of parameters that are given: a model with one of its own among them is not looked up. */
  readonly given?: readonly string[] | undefined;
  /** What should be known of a model before it is trained, such as that it is deprecated. */
  readonly onNotice?: ((model: string, text: string) => void) | undefined;
}

/**
 * Image, artefacts, script and default hyperparameters for each fine-tuning of a graph, as JumpStart has them. What is not
 * found there is left to the pipeline's parameters. @throws AssayError CONFIG_INVALID for a licence that nobody accepted
 */
export async function resolveTraining(
  connection: AwsConnection,
  { steps }: PipelineGraph,
  models: readonly ResolvedModel[],
  options: ResolveTrainingOptions = {},
): Promise<Record<string, TrainingArtefacts>> {
  const training: Record<string, TrainingArtefacts> = {};
  for (const step of steps) {
    if (step.kind !== 'finetune') continue;
    const { artefactsOf } = step;
    if (options.given?.some((name) => isOfTraining(name, artefactsOf))) continue;
    const model = models.find(({ name }) => name === step.model);
    if (model?.runner !== 'sagemaker' || model.sagemaker.model_id === undefined) continue;
    const { model_id: modelId, model_version: version = '*', hub, document_digest: documentDigest } = model.sagemaker;
    const sources = options.sources ?? defaultSources(connection, { clock: options.clock, hub });
    for (const source of sources) {
      const found = await source.findTraining?.({ modelId, version, instanceType: step.instanceType, documentDigest });
      if (found === undefined) continue;
      if (found.eula !== undefined && !step.acceptEula)
        throw new AssayError('CONFIG_INVALID', `${step.model} has an end-user licence that nobody has accepted`, {
          hint: `read ${found.eula}, then write sagemaker: { accept_eula: true } under the model, or pass --accept-eula`,
        });
      checkHyperparameters(step.model, step.hyperparameters, found.hyperparameterSpecs);
      for (const text of found.notices ?? []) options.onNotice?.(step.model, text);
      training[step.model] = found;
      break;
    }
  }
  return training;
}
