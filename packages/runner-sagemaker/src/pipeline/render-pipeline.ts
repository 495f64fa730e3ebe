import { AssayError, graphProblems, type PipelineGraph } from '@assay/core';
import { definitionProblems } from './check-definition.ts';
import {
  type DefinitionParameter,
  type DefinitionStep,
  EXECUTION_ID,
  get,
  type PipelineDefinition,
} from './definition.ts';
import { diskSizes } from './disk-size.ts';
import { gateParameters, gateStep } from './gate-step.ts';
import { processingStep } from './processing-step.ts';
import { DEFAULT_INSTANCE_TYPE, pipelinePrefix, type RenderContext, type RenderSettings } from './render-settings.ts';
import { trainingParameters, trainingStep } from './training-step.ts';

/**
 * The definition of a SageMaker pipeline for a graph. Pure, and without credentials: what the settings leave open
 * becomes a parameter to be given at the start. @throws AssayError CONFIG_INVALID when SageMaker could not take it
 */
export function renderPipeline(graph: PipelineGraph, settings: RenderSettings = {}): PipelineDefinition {
  const aws = settings.aws ?? {};
  const prefix = pipelinePrefix(graph.name, aws);
  const disk = settings.data === undefined ? new Map<string, number>() : diskSizes(graph, settings.data);
  const context: RenderContext = { graph, settings, aws, prefix, disk };
  const definition: PipelineDefinition = {
    Version: '2020-12-01',
    Metadata: {},
    Parameters: parameters(context),
    PipelineExperimentConfig: { ExperimentName: get('Execution.PipelineName'), TrialName: EXECUTION_ID },
    Steps: renderSteps(context),
  };
  const problems = [...graphProblems(graph), ...definitionProblems(definition)];
  if (problems.length > 0) {
    throw new AssayError('CONFIG_INVALID', `this pipeline cannot be rendered: ${problems.slice(0, 3).join('; ')}`, {
      hint: problems.length > 3 ? `and ${problems.length - 3} more problems` : undefined,
    });
  }
  return definition;
}

function renderSteps(context: RenderContext): DefinitionStep[] {
  const { steps } = context.graph;
  const guarded = new Set(steps.flatMap((step) => (step.kind === 'gate' ? step.guards : [])));
  const render = (step: (typeof steps)[number]): DefinitionStep => {
    if (step.kind === 'finetune') return trainingStep(step, context);
    if (step.kind !== 'gate') return processingStep(step, context);
    return gateStep(step, steps.filter(({ name }) => step.guards.includes(name)).map(render));
  };
  return steps.filter(({ name }) => !guarded.has(name)).map(render);
}

function parameters({ graph, settings, aws }: RenderContext): DefinitionParameter[] {
  const text = (Name: string, value: string | undefined): DefinitionParameter =>
    value === undefined ? { Name, Type: 'String' } : { Name, Type: 'String', DefaultValue: value };
  const evaluations = graph.steps.flatMap((step) => (step.kind === 'evaluate' ? [step.instances] : []));
  return [
    text('Bucket', settings.bucket ?? aws.bucket),
    text('RoleArn', settings.roleArn ?? aws.role_arn),
    text('ImageUri', settings.imageUri ?? aws.image_uri),
    text('InstanceType', settings.instanceType ?? aws.instance_type ?? DEFAULT_INSTANCE_TYPE),
    { Name: 'EvaluateInstances', Type: 'Integer', DefaultValue: Math.max(1, ...evaluations) },
    text('Limit', 'all'),
    text('Inputs', 'inputs'),
    ...graph.steps.flatMap((step): DefinitionParameter[] => {
      if (step.kind === 'gate') return gateParameters(step);
      if (step.kind !== 'finetune' || settings.training?.[step.model] !== undefined) return [];
      const { image, model, script } = trainingParameters(step.modelIndex);
      return [text(image, undefined), text(model, undefined), text(script, undefined)];
    }),
  ];
}
