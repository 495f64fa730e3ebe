import {
  buildPipeline,
  isAssayError,
  type JobSizes,
  type PlannedDataset,
  type ResolvedModel,
  type ValidConfig,
} from 'assay/internal';
import type { UnpricedEndpoint } from '../print/pipeline-plan-text.ts';
import { dataSizeOf } from './data-size.ts';
import { heldModels, pipelineSizes } from './pipeline-sizes.ts';

export interface PlannedPipeline {
  readonly sizes: JobSizes;
  readonly endpoints: readonly UnpricedEndpoint[];
}

/** What a config’s pipeline runs on; undefined for one that names nothing of AWS, or that no pipeline can be made of. */
export async function plannedPipeline(
  loaded: ValidConfig,
  models: readonly ResolvedModel[],
  dataset: PlannedDataset,
): Promise<PlannedPipeline | undefined> {
  const { config } = loaded;
  if (config.aws === undefined && !models.some(({ runner }) => runner === 'sagemaker')) return undefined;
  try {
    const graph = buildPipeline(config, models);
    const sizes = await pipelineSizes(graph, loaded, {
      data: dataSizeOf(dataset),
      models: await heldModels(models, loaded),
    });
    return { sizes, endpoints: models.flatMap(unpriced) };
  } catch (thrown) {
    // A run needs neither of them.
    if (isAssayError(thrown) && (thrown.code === 'CONFIG_INVALID' || thrown.code === 'PACKAGE_MISSING'))
      return undefined;
    throw thrown;
  }
}

function unpriced({ name: model, runner, config }: ResolvedModel): UnpricedEndpoint[] {
  const { serverless, instance_type: type } = config.deployment_config ?? {};
  if (runner !== 'sagemaker') return [];
  if (serverless !== undefined) {
    const { memory_mb: memory = 4096, provisioned_concurrency: warm } = serverless;
    const more = warm === undefined ? '' : `, and for ${warm} kept warm by the hour`;
    const text = `serverless, ${memory} MB: paid by the seconds of its requests${more}; prices has no such price, so nothing here counts it`;
    return [{ model, text }];
  }
  return type === undefined && config.deployment_config !== undefined
    ? [{ model, text: 'on the instance type that its JumpStart document names; no price before that is looked up' }]
    : [];
}
