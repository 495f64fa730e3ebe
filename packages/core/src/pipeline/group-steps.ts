import type { EvaluationConfig } from '../config/schema/evaluation-config.ts';
import { AssayError } from '../errors/assay-error.ts';
import type { GroupStep, PipelineGraph, PipelineStep } from './pipeline-graph.ts';

/** Names the only step of a pipeline that is one job. */
const WHOLE = 'evaluation';

/** The graph as `pipeline.mode` asks for it. @throws AssayError CONFIG_INVALID where it cannot be so */
export function groupedSteps(graph: PipelineGraph, { pipeline }: Pick<EvaluationConfig, 'pipeline'>): PipelineGraph {
  if (pipeline?.mode !== 'single_job') return graph;
  const tuned = graph.steps.find(({ kind }) => kind === 'finetune');
  if (tuned === undefined) return inOneJob(graph);
  const what = `${tuned.name} is a training job of its own, which mode: single_job has none of`;
  throw new AssayError('CONFIG_INVALID', what, { hint: 'leave pipeline.mode out, or the fine-tuning' });
}

/** A graph of one step, which runs all of its steps in one container. */
function inOneJob(graph: PipelineGraph): PipelineGraph {
  const step: GroupStep = {
    kind: 'group',
    name: WHOLE,
    description: 'Every step of the evaluation, in one container',
    needs: [],
    command: ['group', '--name', WHOLE],
    inputs: [
      { name: 'config', artefact: 'config' },
      { name: 'dataset', artefact: 'dataset' },
    ],
    // Each artefact where it would lie otherwise.
    output: '',
    steps: graph.steps,
  };
  return { ...graph, steps: [step] };
}

/** The steps of a graph, those of its groups in place of these. */
export function flatSteps({ steps }: Pick<PipelineGraph, 'steps'>): readonly Exclude<PipelineStep, GroupStep>[] {
  return steps.flatMap((step) => (step.kind === 'group' ? flatSteps(step) : [step]));
}
