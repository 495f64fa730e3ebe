import { AssayError, graphProblems, type PipelineGraph } from '@assay/core';
import { definitionProblems } from './check-definition.ts';
import {
  type DefinitionParameter,
  type DefinitionStep,
  EXECUTION_ID,
  get,
  type PipelineDefinition,
} from './definition.ts';
import { gateParameters, gateStep } from './gate-step.ts';
import { jobSizes } from './job-sizes.ts';
import { processingStep } from './processing-step.ts';
import { pipelinePrefix, type RenderContext, type RenderSettings } from './render-settings.ts';
import { trainingDefinitionParameters } from './training-parameters.ts';
import { trainingStep } from './training-step.ts';

/**
 * The definition of a SageMaker pipeline for a graph. Pure, and without credentials: what the settings leave open
 * becomes a parameter to be given at the start. @throws AssayError CONFIG_INVALID when SageMaker could not take it
 */
export function renderPipeline(graph: PipelineGraph, settings: RenderSettings = {}): PipelineDefinition {
  const aws = settings.aws ?? {};
  const prefix = pipelinePrefix(graph.name, aws);
  const sizes = jobSizes(graph, { ...settings, aws });
  const context: RenderContext = { graph, settings, aws, prefix, sizes };
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

function parameters({ graph, settings, aws, sizes }: RenderContext): DefinitionParameter[] {
  const text = (Name: string, value: string | undefined): DefinitionParameter =>
    value === undefined ? { Name, Type: 'String' } : { Name, Type: 'String', DefaultValue: value };
  const evaluations = graph.steps.flatMap((step) => (step.kind === 'evaluate' ? [step.instances] : []));
  return [
    text('Bucket', settings.bucket ?? aws.bucket),
    text('RoleArn', settings.roleArn ?? aws.role_arn),
    text('ImageUri', settings.imageUri ?? aws.image_uri),
    text('InstanceType', sizes.instanceType),
    { Name: 'EvaluateInstances', Type: 'Integer', DefaultValue: Math.max(1, ...evaluations) },
    text('Limit', 'all'),
    text('Inputs', 'inputs'),
    ...graph.steps.flatMap((step) => (step.kind === 'gate' ? gateParameters(step) : [])),
    ...trainingDefinitionParameters(graph, settings),
  ];
}
