import { stepProblems } from './check-steps.ts';
import type { DefinitionStep, PipelineDefinition } from './definition.ts';

/** The service's limits on a definition. */
const LIMITS = {
  characters: 1_048_576,
  stepName: /^[A-Za-z0-9\-_]{1,64}$/,
  parameters: 200,
} as const;

interface Arguments {
  readonly IfSteps?: readonly DefinitionStep[];
  readonly ElseSteps?: readonly DefinitionStep[];
}

/** What SageMaker would refuse: limits, names, references to nothing, cycles, an endpoint without a teardown. */
export function definitionProblems(definition: PipelineDefinition): string[] {
  const steps = allSteps(definition.Steps);
  return [
    ...limitProblems(definition, steps),
    ...stepProblems(definition, steps),
    ...referenceProblems(definition, steps),
    ...cycleProblems(definition.Steps),
  ];
}

/** Every step, those inside conditions included. */
export function allSteps(steps: readonly DefinitionStep[]): DefinitionStep[] {
  return steps.flatMap((step) => {
    const { IfSteps = [], ElseSteps = [] } = step.Arguments as Arguments;
    return [step, ...allSteps([...IfSteps, ...ElseSteps])];
  });
}

function limitProblems(definition: PipelineDefinition, steps: readonly DefinitionStep[]): string[] {
  const problems: string[] = [];
  const atMost = (what: string, found: number, most: number): void => {
    if (found > most) problems.push(`${what}: ${found}, where SageMaker takes ${most}`);
  };
  atMost('characters of the definition', JSON.stringify(definition).length, LIMITS.characters);
  atMost('parameters', definition.Parameters.length, LIMITS.parameters);
  const names = new Set<string>();
  for (const { Name } of steps) {
    if (!LIMITS.stepName.test(Name)) problems.push(`"${Name}" is no name of a step`);
    if (names.has(Name)) problems.push(`two steps are named ${Name}`);
    names.add(Name);
  }
  return problems;
}

function referenceProblems({ Parameters }: PipelineDefinition, steps: readonly DefinitionStep[]): string[] {
  const parameters = new Set(Parameters.map(({ Name }) => Name));
  const byName = new Map(steps.map((step) => [step.Name, step]));
  const problems: string[] = [];
  for (const step of steps) {
    for (const path of gets(step)) {
      const [root, name = ''] = path.split('.');
      if (root === 'Parameters' && !parameters.has(name))
        problems.push(`${step.Name} asks for the parameter ${name}, which does not exist`);
      if (root !== 'Steps') continue;
      const target = byName.get(name);
      if (target === undefined) problems.push(`${step.Name} asks for ${path}, of a step that does not exist`);
      const file = /\.PropertyFiles\.(\w+)$/.exec(path)?.[1];
      if (file !== undefined && !target?.PropertyFiles?.some(({ PropertyFileName }) => PropertyFileName === file))
        problems.push(`${step.Name} asks for the property file ${file}, which ${name} does not declare`);
    }
    for (const need of step.DependsOn ?? []) {
      const needed = typeof need === 'string' ? need : need.Step;
      if (!byName.has(needed)) problems.push(`${step.Name} depends on ${needed}, which does not exist`);
    }
  }
  return problems;
}

/** Paths of all `Get`s in a value; nested steps are looked at apart. */
export function gets(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    if (key === 'Get' && typeof member === 'string') return [member];
    return key === 'IfSteps' || key === 'ElseSteps' ? [] : gets(member);
  });
}

/** What a step waits for: DependsOn, and every step that it or a step inside it refers to. */
export function waitsFor(step: DefinitionStep): string[] {
  const { IfSteps = [], ElseSteps = [] } = step.Arguments as Arguments;
  const inside = [...IfSteps, ...ElseSteps];
  const names = new Set(inside.map(({ Name }) => Name));
  const explicit = (step.DependsOn ?? []).map((need) => (typeof need === 'string' ? need : need.Step));
  const implicit = gets(step)
    .filter((path) => path.startsWith('Steps.'))
    .map((path) => path.split('.')[1]!);
  return [...new Set([...explicit, ...implicit, ...inside.flatMap(waitsFor)])].filter((name) => !names.has(name));
}

function cycleProblems(steps: readonly DefinitionStep[]): string[] {
  const left = new Map(steps.map((step) => [step.Name, waitsFor(step)]));
  for (;;) {
    const ready = [...left].filter(([, needs]) => needs.every((name) => !left.has(name)));
    if (ready.length === 0) break;
    for (const [name] of ready) left.delete(name);
  }
  return left.size === 0 ? [] : [`steps wait for each other: ${[...left.keys()].join(', ')}`];
}
