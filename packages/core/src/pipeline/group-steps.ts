import type { EvaluationConfig } from '../config/schema/evaluation-config.ts';
import { AssayError } from '../errors/assay-error.ts';
import type { GroupStep, PipelineGraph, PipelineStep, StepInput, StepNeed } from './pipeline-graph.ts';

/** Names the only step of a pipeline that is one job. */
const WHOLE = 'evaluation';

type CommandStep = Extract<PipelineStep, { command: readonly string[] }>;

/** The graph as `pipeline.mode` and `models_per_job` ask for it. @throws AssayError CONFIG_INVALID where it cannot be so */
export function groupedSteps(graph: PipelineGraph, { pipeline }: Pick<EvaluationConfig, 'pipeline'>): PipelineGraph {
  const { mode, models_per_job: most = 1 } = pipeline ?? {};
  if (mode !== 'single_job') return most === 1 ? graph : inGroups(graph, most);
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
    modelData: [],
  };
  return { ...graph, steps: [step] };
}

/** A graph in which so many models at a time are deployed, asked and cleaned up in one container. */
function inGroups(graph: PipelineGraph, most: number): PipelineGraph {
  const lanes = lanesOf(graph.steps);
  const groups = Array.from({ length: Math.ceil(lanes.length / most) }, (_, i) =>
    groupOf(`models-${i + 1}`, lanes.slice(i * most, (i + 1) * most)),
  );
  const groupNamed = new Map(groups.flatMap(({ name, steps }) => steps.map((step) => [step.name, name] as const)));
  const outer = graph.steps
    .filter(({ name }) => !groupNamed.has(name))
    .map((step): PipelineStep => ({ ...step, needs: distinct(step.needs.map((need) => renamed(need, groupNamed))) }));
  // Where the last of the models stood: after all that they need, before all that needs them.
  const first = outer.findIndex(({ needs }) => needs.some(({ step }) => groups.some(({ name }) => name === step)));
  const shared = `${most} models share a job: sharding.instances are processes of it`;
  const notes = groups.some(({ steps }) => steps.some((step) => step.kind === 'evaluate' && step.instances > 1));
  return { ...graph, steps: outer.toSpliced(first, 0, ...groups), notes: [...graph.notes, ...(notes ? [shared] : [])] };
}

/** What belongs to one model each: its deployment, evaluation and clean-up. */
function lanesOf(steps: readonly PipelineStep[]): CommandStep[][] {
  const evaluations = steps.filter((step) => step.kind === 'evaluate');
  return evaluations.map(({ modelIndex }) =>
    steps.filter(
      (step): step is CommandStep =>
        (step.kind === 'deploy' || step.kind === 'evaluate' || step.kind === 'cleanup') &&
        step.modelIndex === modelIndex,
    ),
  );
}

function groupOf(name: string, lanes: readonly (readonly CommandStep[])[]): GroupStep {
  const steps = lanes.flat();
  const inside = new Set(steps.map((step) => step.name));
  const inputs = new Map<string, StepInput>();
  // One container gets all the files; its processes share them out.
  for (const { name: input, artefact } of steps.flatMap((step) => step.inputs))
    inputs.set(input, { name: input, artefact });
  return {
    kind: 'group',
    name,
    description: `${lanes.length} ${lanes.length === 1 ? 'model' : 'models'}, in one container`,
    needs: distinct(steps.flatMap(({ needs }) => needs.filter(({ step }) => !inside.has(step)))),
    command: ['group', '--name', name],
    inputs: [...inputs.values()],
    output: '',
    steps: steps.map((step) => ({ ...step, needs: step.needs.filter((need) => inside.has(need.step)) })),
    modelData: steps.flatMap((step) =>
      step.kind === 'deploy' && step.finetuneStep !== null
        ? [
            {
              variable: `ASSAY_MODEL_DATA_${step.modelIndex}`,
              modelIndex: step.modelIndex,
              finetuneStep: step.finetuneStep,
            },
          ]
        : [],
    ),
  };
}

const renamed = (need: StepNeed, names: ReadonlyMap<string, string>): StepNeed => ({
  ...need,
  step: names.get(need.step) ?? need.step,
});

function distinct(needs: readonly StepNeed[]): StepNeed[] {
  return [...new Map(needs.map((need) => [`${need.step} ${need.when}`, need])).values()];
}

/** The steps of a graph, those of its groups in place of these. */
export function flatSteps({ steps }: Pick<PipelineGraph, 'steps'>): readonly Exclude<PipelineStep, GroupStep>[] {
  return steps.flatMap((step) => (step.kind === 'group' ? flatSteps(step) : [step]));
}
