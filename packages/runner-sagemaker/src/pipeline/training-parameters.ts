import { type FinetuneStep, flatSteps, type PipelineGraph } from '@assay/core';
import { type DefinitionParameter, parameter, type Value } from './definition.ts';
import type { RenderSettings } from './render-settings.ts';

/** SageMaker takes 200 parameters of a pipeline; some are others than these. */
const MOST = 180;

/** Where a training that JumpStart does not know finds what it begins with: values of the pipeline's parameters. */
export interface TrainingPlaces {
  readonly image: Value;
  readonly model: Value;
  readonly script: Value;
}

/** Names of the parameters that stand for what only JumpStart knows of a model's training. */
export function trainingParameters(artefactsOf: number): { image: string; model: string; script: string } {
  return {
    image: `TrainingImage${artefactsOf}`,
    model: `TrainingModel${artefactsOf}`,
    script: `TrainingScript${artefactsOf}`,
  };
}

/** Of many models: one image for all of them, and for each a folder that holds `model` and `code`. */
const SHARED_IMAGE = 'TrainingImage';
const folderOf = (artefactsOf: number): string => `Training${artefactsOf}`;

/** Whether a parameter is one of those by which the model's training is given. */
export function isOfTraining(name: string, artefactsOf: number): boolean {
  return [...Object.values(trainingParameters(artefactsOf)), folderOf(artefactsOf)].includes(name);
}

/** The models whose artefacts are open, each once, by position. */
function openArtefacts(graph: PipelineGraph, { training }: Pick<RenderSettings, 'training'>): number[] {
  const open = flatSteps(graph).flatMap((step) =>
    step.kind === 'finetune' && training?.[step.model] === undefined ? [step.artefactsOf] : [],
  );
  return [...new Set(open)];
}

const inFolders = (open: readonly number[]): boolean => 3 * open.length > MOST;

/** The parameters of a graph's trainings. Models that begin with the same artefacts share theirs. */
export function trainingDefinitionParameters(
  graph: PipelineGraph,
  settings: Pick<RenderSettings, 'training'>,
): DefinitionParameter[] {
  const open = openArtefacts(graph, settings);
  const names = inFolders(open)
    ? [SHARED_IMAGE, ...open.map(folderOf)]
    : open.flatMap((artefactsOf) => Object.values(trainingParameters(artefactsOf)));
  return names.map((Name) => ({ Name, Type: 'String' }));
}

export function trainingPlaces(
  { artefactsOf }: FinetuneStep,
  graph: PipelineGraph,
  settings: Pick<RenderSettings, 'training'>,
): TrainingPlaces {
  if (!inFolders(openArtefacts(graph, settings))) {
    const { image, model, script } = trainingParameters(artefactsOf);
    return { image: parameter(image), model: parameter(model), script: parameter(script) };
  }
  const folder = parameter(folderOf(artefactsOf));
  const inside = (name: string): Value => ({ 'Std:Join': { On: '/', Values: [folder, name] } });
  return { image: parameter(SHARED_IMAGE), model: inside('model'), script: inside('code') };
}
