import type { ResolvedModel } from 'assay/internal';

/** The models with a licence accepted where neither of their blocks says otherwise. */
export function consented(models: readonly ResolvedModel[], acceptEula: true | undefined): readonly ResolvedModel[] {
  if (acceptEula !== true) return models;
  return models.map((model) =>
    model.runner === 'sagemaker' && model.sagemaker.accept_eula === undefined
      ? { ...model, sagemaker: { ...model.sagemaker, accept_eula: true } }
      : model,
  );
}
