import type { ResolvedModel } from '../config/resolve-runners.ts';
import type { EvaluateStep } from './pipeline-graph.ts';

type SageMakerModel = Extract<ResolvedModel, { runner: 'sagemaker' }>;

/** Training jobs take texts; JumpStart's scripts read booleans as Python spells them. */
export function trainingValue(value: unknown): string {
  if (value === true) return 'True';
  if (value === false) return 'False';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The position of the first model whose training begins with the same model of JumpStart on the same kind of instance. */
export function firstOfSameArtefacts(model: SageMakerModel, models: readonly ResolvedModel[]): number {
  const key = artefactsKey(model);
  if (key === undefined) return model.index;
  return models.find((other) => other.runner === 'sagemaker' && artefactsKey(other) === key)?.index ?? model.index;
}

function artefactsKey({ config, sagemaker }: SageMakerModel): string | undefined {
  const { model_id: id, model_version: version, hub, document_digest: digest, region } = sagemaker;
  if (id === undefined || config.finetuning === undefined) return undefined;
  return JSON.stringify([id, version, hub, digest, region, config.finetuning.parameters?.instance_type]);
}

export function transformOf(model: ResolvedModel): EvaluateStep['transform'] {
  if (model.runner !== 'sagemaker' || model.sagemaker.mode !== 'transform') return null;
  const { instance_type: instanceType = null, num_instances: instances = 1 } = model.config.deployment_config ?? {};
  return { instanceType, instances };
}

export function eulaAccepted(model: SageMakerModel): boolean {
  if (model.sagemaker.accept_eula !== undefined) return model.sagemaker.accept_eula;
  const attribute = model.config.evaluation_config?.custom_attributes?.accept_eula;
  return attribute === true || attribute === 'true';
}

/** Models that a pipeline asks within its own jobs, where others have endpoints. */
export function localNotes(models: readonly ResolvedModel[]): string[] {
  const names = models.flatMap(({ name, runner }) => (runner === 'local' ? [name] : []));
  if (names.length === 0 || !models.some(({ runner }) => runner === 'sagemaker' || runner === 'bedrock')) return [];
  return [`${names.join(', ')}: local, so asked on the processors of the evaluation's own job, not at an endpoint`];
}
