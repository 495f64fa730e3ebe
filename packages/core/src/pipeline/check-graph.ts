import { flatSteps } from './group-steps.ts';
import type { Artefact, PipelineGraph, PipelineStep } from './pipeline-graph.ts';

/**
 * What is wrong with a graph: names that clash or are missing, cycles, inputs nobody writes, endpoints nobody removes.
 * @param given artefacts that are there before
 */
export function graphProblems(
  { steps }: Pick<PipelineGraph, 'steps'>,
  given: readonly Artefact[] = ['config', 'dataset'],
): string[] {
  const problems: string[] = [];
  const position = new Map<string, number>();
  for (const [i, { name }] of steps.entries()) {
    if (position.has(name)) problems.push(`two steps are named ${name}`);
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) problems.push(`"${name}" is no name of a step`);
    position.set(name, i);
  }
  const reachable = new Map<string, Set<string>>();
  for (const [i, step] of steps.entries()) {
    const before = new Set<string>();
    for (const { step: needed } of step.needs) {
      const at = position.get(needed);
      if (at === undefined) problems.push(`${step.name} needs ${needed}, which does not exist`);
      else if (at >= i) problems.push(`${step.name} needs ${needed}, which comes no sooner`);
      before.add(needed);
      for (const earlier of reachable.get(needed) ?? []) before.add(earlier);
    }
    reachable.set(step.name, before);
    if (step.kind === 'group') {
      const own = step.inputs.map((input) => input.artefact);
      problems.push(...graphProblems(step, own));
    }
    if (!('inputs' in step)) continue;
    for (const { artefact } of step.inputs) {
      if (given.includes(artefact)) continue;
      const writers = steps.filter((other) => outputsOf(other).some((output) => isWithin(output, artefact)));
      if (writers.length === 0) problems.push(`${step.name} reads ${artefact}, which nobody writes`);
      for (const writer of writers)
        if (!before.has(writer.name))
          problems.push(`${step.name} reads ${artefact} before ${writer.name} has written it`);
    }
  }
  return problems;
}

/** What a step writes; of a group, what the steps in it write. */
function outputsOf(step: PipelineStep): Artefact[] {
  return flatSteps({ steps: [step] }).flatMap((each) =>
    'output' in each && each.output !== null ? [each.output] : [],
  );
}

/** Whether an artefact is a part of the other, or the other of it. */
function isWithin(one: Artefact, other: Artefact): boolean {
  return `${one}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${one}/`);
}

/** Deploy steps whose endpoint no clean-up step removes. */
export function uncleaned(graph: PipelineGraph): string[] {
  const steps = flatSteps(graph);
  const cleaned = new Set(steps.flatMap((step) => (step.kind === 'cleanup' ? [step.deployStep] : [])));
  return steps.filter((step) => step.kind === 'deploy' && !cleaned.has(step.name)).map(({ name }) => name);
}
