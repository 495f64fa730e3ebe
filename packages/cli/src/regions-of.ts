import { type AwsSelection, resolveRunners, type ValidConfig } from 'assay/internal';

/** The regions that a config's models name for themselves; none where a flag wins over all of them. */
export function regionsOf(loaded: ValidConfig, { region: flag }: AwsSelection): string[] {
  if (flag !== undefined) return [];
  const regions = resolveRunners(loaded).flatMap((model) => {
    const region = model.runner === 'sagemaker' ? model.sagemaker.region : undefined;
    return region === undefined ? [] : [region];
  });
  return [...new Set(regions)];
}
