import type { ValidConfig } from '../config/load-config.ts';
import type { ResolvedModel } from '../config/resolve-runners.ts';
import type { DatasetConfig } from '../config/schema/dataset-config.ts';
import { type OpenDatasetOptions, withKeys } from '../datasets/open-dataset.ts';
import type { TakenDataset } from './plan-dataset.ts';

/**
 * The dataset's config for models that all name the column of their outputs: the first of these stands where the dataset
 * names none, so that it has outputs at all.
 */
export function withOutputKey(config: DatasetConfig, models: readonly ResolvedModel[]): DatasetConfig {
  if (config.model_output_key !== undefined) return config;
  const keys = models.flatMap((model) => (model.runner === 'outputs' ? [model.modelOutputKey] : []));
  const [first] = keys;
  return first === undefined || keys.includes(undefined) ? config : { ...config, model_output_key: first };
}

export interface OwnOutputsOptions extends Pick<OpenDatasetOptions, 'recordColumns'> {
  readonly loaded: Pick<ValidConfig, 'placeOf'>;
  /** Whether the key was found before. @default false */
  readonly isChecked?: boolean;
}

/**
 * The dataset as a model sees it whose outputs lie in a column of their own; undefined where they lie in the dataset's.
 * @throws AssayError DATASET_KEY_MISSING
 */
export async function withOutputsOf(
  model: ResolvedModel,
  { dataset, located }: Pick<TakenDataset, 'dataset' | 'located'>,
  { loaded, recordColumns, isChecked = false }: OwnOutputsOptions,
): Promise<Pick<TakenDataset, 'dataset' | 'located'> | undefined> {
  if (model.runner !== 'outputs' || model.modelOutputKey === undefined) return undefined;
  if (model.modelOutputKey === located.model_output_key) return undefined;
  const own = { ...located, model_output_key: model.modelOutputKey };
  const placeOf = (key: string) =>
    loaded.placeOf(key === 'model_output_key' ? ['models', model.index, key] : ['dataset', key]);
  return { dataset: await withKeys(dataset, own, { recordColumns, placeOf, isChecked }), located: own };
}
