import type { ResolvedModel } from '@assay/core';
import { resourceName } from '../ownership/resource-name.ts';

/** Names of what a run deploys for a model: the same in every step, so that none must be handed on. */
export interface OwnedNames {
  readonly endpoint: string;
  readonly inferenceComponent: string;
  readonly endpointConfig: string;
  readonly model: string;
}

/** The config's own endpoint name wins; everything else is named after model and run. */
export function ownedNames(model: ResolvedModel, runId: string): OwnedNames {
  const named = model.runner === 'sagemaker' ? model.sagemaker.endpoint_name : undefined;
  const own = resourceName('assay', model.name, runId);
  const component = model.runner === 'sagemaker' ? model.sagemaker.inference_component : undefined;
  return { endpoint: named ?? own, inferenceComponent: component ?? own, endpointConfig: own, model: own };
}
