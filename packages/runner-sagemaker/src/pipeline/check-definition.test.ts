import { expect, test } from 'vitest';
import { definitionProblems } from './check-definition.ts';
import type { DefinitionStep, PipelineDefinition } from './definition.ts';

const step = (Name: string, more: object = {}): DefinitionStep => ({
  Name,
  Type: 'Fail',
  Arguments: { ErrorMessage: 'no' },
  ...more,
});
const definitionOf = (Steps: readonly DefinitionStep[], more: object = {}): PipelineDefinition =>
  ({ Version: '2020-12-01', Metadata: {}, Parameters: [], Steps, ...more }) as unknown as PipelineDefinition;
const get = (path: string) => ({ Arguments: { ErrorMessage: { Get: path } } });
const job = (Type: string, Arguments: object): DefinitionStep => step('a', { Type, Arguments });

/** One definition for each rule of Pipelines, which it breaks. */
const BROKEN: readonly (readonly [string, PipelineDefinition, string])[] = [
  ['its length', definitionOf([step('a', { Description: 'x'.repeat(1_048_577) })]), 'characters of the definition'],
  [
    'the number of parameters',
    definitionOf([], { Parameters: Array.from({ length: 201 }, (_, i) => ({ Name: `p${i}`, Type: 'String' })) }),
    'parameters: 201, where SageMaker takes 200',
  ],
  ['a step’s name', definitionOf([step('a b')]), '"a b" is no name of a step'],
  ['a step’s name for two', definitionOf([step('a'), step('a')]), 'two steps are named a'],
  [
    'a step’s name for two, one of them inside a condition',
    definitionOf([step('a'), step('c', { Type: 'Condition', Arguments: { IfSteps: [step('a')] } })]),
    'two steps are named a',
  ],
  ['an unknown parameter', definitionOf([step('a', get('Parameters.P'))]), 'a asks for the parameter P'],
  ['a reference to no step', definitionOf([step('a', get('Steps.b.Arn'))]), 'a asks for Steps.b.Arn, of a step'],
  [
    'an undeclared property file',
    definitionOf([step('a', get('Steps.b.PropertyFiles.f')), step('b')]),
    'a asks for the property file f, which b does not declare',
  ],
  ['a dependence on no step', definitionOf([step('a', { DependsOn: ['b'] })]), 'a depends on b, which does not exist'],
  [
    'steps in a circle',
    definitionOf([step('a', { DependsOn: ['b'] }), step('b', { DependsOn: ['a'] })]),
    'steps wait for each other: a, b',
  ],
  ['a job’s name', definitionOf([job('Processing', { ProcessingJobName: 'x' })]), 'a: ProcessingJobName is Pipelines’'],
  [
    'a training job’s name',
    definitionOf([job('Training', { TrainingJobName: 'x' })]),
    'a: TrainingJobName is Pipelines’',
  ],
  ['an experiment', definitionOf([job('Training', { ExperimentConfig: {} })]), 'a: ExperimentConfig is Pipelines’ own'],
];

test('a sound definition has no problem', () => {
  expect(definitionProblems(definitionOf([step('a'), step('b', { DependsOn: ['a'] })]))).toEqual([]);
});

test.each(BROKEN)('%s: broken, it is refused by name', (_, definition, said) => {
  expect(definitionProblems(definition)).toContainEqual(expect.stringContaining(said));
});
