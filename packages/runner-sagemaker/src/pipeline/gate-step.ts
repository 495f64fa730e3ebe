import type { GateStep } from '@assay/core';
import type { DefinitionParameter, DefinitionStep, Reference } from './definition.ts';
import { parameter } from './definition.ts';
import { DECISION_FILE, dependsOn } from './processing-step.ts';

/** `Gate0Min`, `Gate0Max`: thresholds that a start of the pipeline may override. */
export function gateParameters({ gates }: GateStep): DefinitionParameter[] {
  return gates.flatMap((gate, i): DefinitionParameter[] => {
    if (typeof gate === 'string' || gate.score === undefined) return [];
    return [
      ...(gate.min === undefined ? [] : [{ Name: `Gate${i}Min`, Type: 'Float' as const, DefaultValue: gate.min }]),
      ...(gate.max === undefined ? [] : [{ Name: `Gate${i}Max`, Type: 'Float' as const, DefaultValue: gate.max }]),
    ];
  });
}

/**
 * A Condition over `decision.json`, whose `gates.g0`, `gates.g1`… the select step wrote: thresholds on scores are compared here, so
 * that a parameter can change them; every other gate says itself whether it passed. Otherwise the execution fails.
 */
export function gateStep(step: GateStep, guarded: readonly DefinitionStep[]): DefinitionStep {
  const read = (path: string): Reference => ({
    'Std:JsonGet': { PropertyFile: { Get: `Steps.${step.selectStep}.PropertyFiles.${DECISION_FILE}` }, Path: path },
  });
  const conditions = step.gates.flatMap((gate, i): Record<string, unknown>[] => {
    const path = `gates.g${i}`;
    const isThreshold = typeof gate !== 'string' && gate.score !== undefined && (gate.min ?? gate.max) !== undefined;
    if (!isThreshold) return [{ Type: 'Equals', LeftValue: read(`${path}.passed`), RightValue: true }];
    return [
      ...(gate.min === undefined
        ? []
        : [{ Type: 'GreaterThanOrEqualTo', LeftValue: read(`${path}.least`), RightValue: parameter(`Gate${i}Min`) }]),
      ...(gate.max === undefined
        ? []
        : [{ Type: 'LessThanOrEqualTo', LeftValue: read(`${path}.greatest`), RightValue: parameter(`Gate${i}Max`) }]),
      ...(gate.max_regression === undefined
        ? []
        : [{ Type: 'Equals', LeftValue: read(`${path}.regressionPassed`), RightValue: true }]),
    ];
  });
  return {
    Name: step.name,
    Type: 'Condition',
    Arguments: {
      Conditions: conditions,
      // What the condition waits for comes before these anyway.
      IfSteps: guarded.map(({ DependsOn: _, ...rest }) => rest),
      ElseSteps: [
        {
          Name: `${step.name}-failed`,
          Type: 'Fail',
          Arguments: {
            ErrorMessage: {
              'Std:Join': { On: ' ', Values: ['a gate of the evaluation did not pass:', read('reason')] },
            },
          },
        },
      ],
    },
    ...dependsOn(step),
  };
}
