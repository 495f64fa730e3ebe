import type { ResolvedModel } from '../config/resolve-runners.ts';
import type { EvaluateStep } from './pipeline-graph.ts';

/** Training jobs take texts; JumpStart's scripts read booleans as Python spells them. */
export function trainingValue(value: unknown): string {
  if (value === true) return 'True';
  if (value === false) return 'False';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function transformOf(model: ResolvedModel): EvaluateStep['transform'] {
  if (model.runner !== 'sagemaker' || model.sagemaker.mode !== 'transform') return null;
  const { instance_type: instanceType = null, num_instances: instances = 1 } = model.config.deployment_config ?? {};
  return { instanceType, instances };
}

export function eulaAccepted(model: Extract<ResolvedModel, { runner: 'sagemaker' }>): boolean {
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
