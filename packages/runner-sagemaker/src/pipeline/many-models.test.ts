import {
  buildPipeline,
  graphProblems,
  type PipelineGraph,
  parseConfig,
  requireValid,
  resolveRunners,
} from '@assay/core';
import { expect, test } from 'vitest';
import { definitionProblems, waitsFor } from './check-definition.ts';
import type { DefinitionStep, PipelineDefinition } from './definition.ts';
import { stepProblem } from './quota-problems.ts';
import { renderPipeline } from './render-pipeline.ts';
import type { RenderSettings } from './render-settings.ts';

const SETTINGS: RenderSettings = { roleArn: 'arn:aws:iam::123456789012:role/R', bucket: 'bkt', imageUri: 'img:1' };
const llama = 'meta-textgeneration-llama-2-7b';

function graphOf(rest: string): PipelineGraph {
  const config = requireValid(
    parseConfig(`dataset: { input_data_location: d.jsonl }\nalgorithms: [{ algorithm: toxicity }]\n${rest}`, '/c.yaml'),
  );
  return buildPipeline(config.config, resolveRunners(config));
}

const stepOf = ({ Steps }: PipelineDefinition, name: string): DefinitionStep =>
  Steps.find(({ Name }) => Name === name)!;

/** Everything that a step comes after, however indirectly. */
function ancestors(definition: PipelineDefinition, name: string, found = new Set<string>()): Set<string> {
  for (const needed of waitsFor(stepOf(definition, name))) {
    if (found.has(needed)) continue;
    found.add(needed);
    ancestors(definition, needed, found);
  }
  return found;
}

/** Trained from a model of JumpStart each, or all from one. */
const tuned = (count: number, idOf: (i: number) => string): string =>
  Array.from(
    { length: count },
    (_, i) =>
      `  - { name: "model ${i} ${'with a long name '.repeat(6)}", model_id: ${idOf(i)}, finetuning: { train_data_path: t${i} }, sagemaker: { accept_eula: true } }`,
  ).join('\n');

test.each([
  ['of a hundred models', (i: number) => `${llama}-${i}`, 1 + 100],
  ['of one model', () => llama, 3],
])('a hundred trainings %s fit into the parameters that a pipeline has', (_, idOf, open) => {
  const graph = graphOf(`models:\n${tuned(100, idOf)}\npipeline: { name: p, models_per_job: 10 }`);
  expect(graphProblems(graph)).toEqual([]);
  const definition = renderPipeline(graph, SETTINGS);
  expect(definitionProblems(definition)).toEqual([]);
  expect(definition.Parameters.filter(({ Name }) => Name.startsWith('Training'))).toHaveLength(open);
  expect(definition.Steps).toHaveLength(1 + 100 + 10 + 3);
  const deploy = stepOf(definition, 'models-10').Arguments as { readonly Environment: Record<string, unknown> };
  expect(deploy.Environment.ASSAY_MODEL_DATA_99).toEqual({
    Get: expect.stringMatching(/^Steps\.finetune-.*\.ModelArtifacts\.S3ModelArtifacts$/),
  });
  expect([...ancestors(definition, 'merge')].length).toBe(1 + 100 + 10);
});

test('a hundred trainings fit without sharing jobs, too', () => {
  const definition = renderPipeline(graphOf(`models:\n${tuned(100, (i) => `${llama}-${i}`)}`), SETTINGS);
  expect(definitionProblems(definition)).toEqual([]);
  expect(definition.Steps).toHaveLength(1 + 4 * 100 + 3);
});

test('what JumpStart knows of a hundred trainings stands in the definition, and needs no parameter', () => {
  const graph = graphOf(`models:\n${tuned(100, (i) => `${llama}-${i}`)}\npipeline: { name: p, models_per_job: 10 }`);
  const training = Object.fromEntries(
    graph.steps.flatMap((step) => (step.kind === 'finetune' ? [[step.model, { imageUri: 'train:1' }]] : [])),
  );
  const definition = renderPipeline(graph, { ...SETTINGS, training });
  expect(definitionProblems(definition)).toEqual([]);
  expect(definition.Parameters.filter(({ Name }) => Name.startsWith('Training'))).toEqual([]);
});

test('one parameter too many is refused by its number', () => {
  const definition = renderPipeline(graphOf('models: [{ name: a, endpoint_name: e }]'), SETTINGS);
  const more = Array.from({ length: 200 }, (_, i) => ({ Name: `More${i}`, Type: 'String' as const }));
  expect(definitionProblems({ ...definition, Parameters: [...definition.Parameters, ...more] })).toEqual([
    `parameters: ${definition.Parameters.length + 200}, where SageMaker takes 200`,
  ]);
});

test.each([
  [100, 'endpoint_name: e', 3],
  [20, 'model_id: m', 3],
])('%i models that share jobs stay within the fifty steps of a new account', (count, more, others) => {
  const models = Array.from({ length: count }, (_, i) => `  - { name: m${i}, ${more}${more.endsWith('e') ? i : ''} }`);
  const graph = graphOf(
    `models:\n${models.join('\n')}\nsharding: { shards: 10 }\nmodel_registry: { model_package_group_name: G }\npipeline: { name: p, models_per_job: 3 }`,
  );
  expect(graphProblems(graph)).toEqual([]);
  const definition = renderPipeline(graph, SETTINGS);
  expect(definition.Steps).toHaveLength(Math.ceil(count / 3) + others + 1);
  expect(stepProblem(definition, undefined)).toEqual([]);
});
