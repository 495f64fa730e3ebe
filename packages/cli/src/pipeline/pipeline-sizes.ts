import {
  awsServices,
  besideConfig,
  type DataSize,
  type HeldModel,
  isAssayError,
  type JobSizes,
  localModels,
  type PipelineGraph,
  type ResolvedModel,
  type ValidConfig,
} from 'assay/internal';

export interface PipelineSizesOptions {
  readonly data?: DataSize | undefined;
  readonly models: ReadonlyMap<string, HeldModel>;
  /** `--parameter InstanceType=…` */
  readonly instanceType?: string | undefined;
}

/** What the jobs of a pipeline need. */
export async function pipelineSizes(
  graph: PipelineGraph,
  { config }: ValidConfig,
  options: PipelineSizesOptions,
): Promise<JobSizes> {
  const { jobSizes } = await awsServices();
  return jobSizes(graph, { aws: config.aws, ...options });
}

/** The local models that are on this machine, with their size; without the package for them, none. */
export async function heldModels(
  models: readonly ResolvedModel[],
  { baseDir }: ValidConfig,
): Promise<ReadonlyMap<string, HeldModel>> {
  const held = new Map<string, HeldModel>();
  const local = models.filter((model) => model.runner === 'local');
  if (local.length === 0) return held;
  try {
    const { modelBytes } = await localModels();
    for (const { name, local: block } of local) {
      const found = modelBytes(besideConfig(block.model, baseDir), { revision: block.revision });
      if (found !== undefined) held.set(name, { bytes: found.bytes, isFetched: found.source === 'hub' });
    }
  } catch (thrown) {
    if (!isAssayError(thrown) || thrown.code !== 'PACKAGE_MISSING') throw thrown;
  }
  return held;
}
