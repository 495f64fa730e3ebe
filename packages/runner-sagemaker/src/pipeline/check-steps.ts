import { crossProblems } from '../validation/cross-rules.ts';
import { requestProblems } from '../validation/validate-request.ts';
import type { DefinitionStep, PipelineDefinition } from './definition.ts';
import { LongestValues } from './longest-value.ts';

/** The request that a step's arguments become, and what Pipelines fills in itself, and refuses to be given. */
const REQUESTS: Readonly<Record<string, { readonly operation: string; readonly own: readonly string[] }>> = {
  Processing: { operation: 'CreateProcessingJob', own: ['ProcessingJobName', 'ExperimentConfig'] },
  Training: { operation: 'CreateTrainingJob', own: ['TrainingJobName', 'ExperimentConfig'] },
};

/**
 * What the services behind the steps would refuse, held against their own models with every reference at the longest value
 * that it can take. @param steps all of the definition, those inside conditions included
 */
export function stepProblems(definition: PipelineDefinition, steps: readonly DefinitionStep[]): string[] {
  const longest = new LongestValues(definition, steps);
  return steps.flatMap(({ Name, Type, Arguments: given }) => {
    const request = REQUESTS[Type];
    if (request === undefined) return [];
    const { operation, own } = request;
    const input = longest.resolve(given);
    const forbidden = own.filter((member) => member in given).map((member) => `${Name}: ${member} is Pipelines’ own`);
    const found = [
      ...(requestProblems('sagemaker', operation, input, { given: new Set(own), allowsNewInstanceTypes: true }) ?? []),
      ...crossProblems(operation, input),
    ];
    return [...forbidden, ...found.map(({ member, message }) => `${Name}: ${member} ${message}`)];
  });
}
