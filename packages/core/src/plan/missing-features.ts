import type { Algorithm } from '../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { ValidConfig } from '../config/load-config.ts';
import type { ResolvedModel } from '../config/resolve-runners.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { AssayError } from '../errors/assay-error.ts';
import type { FeatureName } from '../samples/sample.ts';

/** Every feature an algorithm needs must have a column, before the first sample is read. */
export function missingFeatures(
  dataset: Pick<Dataset, 'features' | 'columns'>,
  algorithms: readonly AlgorithmInstance[],
  models: readonly ResolvedModel[],
  loaded: Pick<ValidConfig, 'placeOf'>,
): AssayError[] {
  return algorithms.flatMap((instance) =>
    needsOf([instance], models)
      .filter((feature) => !dataset.features.includes(feature))
      .map(
        (feature) =>
          new AssayError(
            'DATASET_KEY_MISSING',
            `${instance.label} needs ${feature}, and no key of the dataset leads to it`,
            {
              at: loaded.placeOf(['dataset']),
              hint: `Set dataset.${feature}_key to one of the columns: ${dataset.columns().slice(0, 20).join(', ')}.`,
            },
          ),
      ),
  );
}

/** The features that algorithms need of the data; of data that holds the outputs, others than of a model's questions. */
export function needsOf(
  algorithms: readonly AlgorithmInstance[],
  models: readonly ResolvedModel[],
): readonly FeatureName[] {
  const fromDataset = models.some(({ runner }) => runner === 'outputs');
  return algorithms.flatMap(({ algorithm, options }) =>
    fromDataset ? needsOfOutputs(algorithm, options) : algorithm.needs(options),
  );
}

function needsOfOutputs(algorithm: Algorithm, options: unknown): readonly FeatureName[] {
  return (
    algorithm.needsOfOutputs?.(options) ?? [
      ...algorithm.needs(options).filter((feature) => feature !== 'model_input'),
      'model_output',
    ]
  );
}
