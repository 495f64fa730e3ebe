import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadConfig, parseConfig, requireValid, type ValidConfig } from '../config/load-config.ts';
import { resolveRunners } from '../config/resolve-runners.ts';
import { buildPipeline } from './build-pipeline.ts';
import { graphProblems, uncleaned } from './check-graph.ts';
import type { PipelineGraph } from './pipeline-graph.ts';
import { StepNames } from './step-name.ts';

const graphOf = (config: ValidConfig): PipelineGraph => buildPipeline(config.config, resolveRunners(config));
const sample = async (name: string): Promise<PipelineGraph> => {
  const file = new URL(`../../fixtures/aws-sample/${name}.yaml`, import.meta.url).pathname;
  return graphOf(requireValid(await loadConfig(file)));
};
const edges = ({ steps }: PipelineGraph): string[] =>
  steps.map(({ name, needs }) =>
    `${name} <- ${needs.map(({ step, when }) => (when === 'ended' ? `${step}!` : step)).join(' ')}`.trim(),
  );

test('the sample with one model: no registration, clean-up whatever happens', async () => {
  const graph = await sample('pipeline_config');
  expect(edges(graph)).toEqual([
    'preprocess <-',
    'deploy-llama2-7b <- preprocess',
    'evaluate-llama2-7b <- preprocess deploy-llama2-7b',
    'merge <- evaluate-llama2-7b',
    'select <- merge',
    'cleanup-llama2-7b <- evaluate-llama2-7b!',
  ]);
});

test('the sample with fine-tuning: training before deployment, registration in its own group', async () => {
  const graph = await sample('pipeline_finetuning_config');
  expect(edges(graph)).toEqual(
    [
      'finetune-llama2-7b-finetuned <-',
      'deploy-llama2-7b-finetuned <- preprocess finetune-llama2-7b-finetuned',
      'evaluate-llama2-7b-finetuned <- preprocess deploy-llama2-7b-finetuned',
      'merge <- evaluate-llama2-7b-finetuned',
      'select <- merge',
      'register-llama2-7b-finetuned <- evaluate-llama2-7b-finetuned merge select',
      'cleanup-llama2-7b-finetuned <- evaluate-llama2-7b-finetuned!',
    ].toSpliced(0, 0, 'preprocess <-'),
  );
  expect(graph.steps.find(({ kind }) => kind === 'finetune')).toMatchObject({
    trainDataPath: 'train_dataset',
    validationDataPath: 'val_dataset',
    instanceType: 'ml.g5.12xlarge',
    hyperparameters: { epoch: '1', max_input_length: '100', instruction_tuned: 'True', chat_dataset: 'False' },
    acceptEula: true,
  });
  expect(graph.steps.find(({ kind }) => kind === 'register')).toMatchObject({ group: 'FMEvaluationFineTunedModel' });
});

test('the hybrid sample: models side by side, then the best registered; no endpoint waits for a registration', async () => {
  const graph = await sample('pipeline_scale_hybrid_config');
  expect(graph.steps.map(({ kind }) => kind).toSorted()).toEqual(
    ['preprocess', 'finetune', 'merge', 'select', 'register', 'register']
      .concat(...['deploy', 'evaluate', 'cleanup'].map((kind) => [kind, kind, kind]))
      .toSorted(),
  );
  expect(graph.notes).toEqual([
    'no model_registry: the selected model joins FMEvaluationBestModel, as in the AWS sample',
  ]);
});

test.each(['pipeline_config', 'pipeline_finetuning_config', 'pipeline_scale_config', 'pipeline_scale_hybrid_config'])(
  'the graph of %s is whole: no cycle, nothing missing, every endpoint removed',
  async (name) => {
    const graph = await sample(name);
    expect(graphProblems(graph)).toEqual([]);
    expect(uncleaned(graph)).toEqual([]);
  },
);

const configOf = (rest: string): ValidConfig =>
  requireValid(
    parseConfig(`dataset: { input_data_location: d.jsonl }\nalgorithms: [{ algorithm: toxicity }]\n${rest}`, '/c.yaml'),
  );

test('models that need no endpoint are neither deployed nor cleaned up', () => {
  const graph = graphOf(
    configOf(`models:
  - { name: a, endpoint_name: there }
  - { name: b, bedrock: { model_id: x } }
  - { name: c, runner: outputs }`),
  );
  expect(graph.steps.map(({ name }) => name)).toEqual([
    'preprocess',
    'evaluate-a',
    'evaluate-b',
    'evaluate-c',
    'merge',
    'select',
  ]);
});

test('shards are shared by at most as many instances', () => {
  const graph = graphOf(configOf('models: [{ name: a, endpoint_name: e }]\nsharding: { shards: 8, instances: 3 }'));
  expect(graph.steps[0]).toMatchObject({ shards: 8, command: ['preprocess', '--shards', '8'] });
  expect(graph.steps[1]).toMatchObject({
    instances: 3,
    inputs: [{ name: 'config' }, { name: 'index' }, { name: 'shards', isSharded: true }],
  });
});

test('one job holds every step, in the same order; a training job it cannot hold', () => {
  const models = 'models: [{ name: a, model_id: m }]';
  const steps = graphOf(configOf(models));
  const one = graphOf(configOf(`${models}\npipeline: { name: one, mode: single_job }`));
  expect(graphProblems(one)).toEqual([]);
  expect(uncleaned(one)).toEqual([]);
  expect(one.steps).toEqual([
    {
      kind: 'group',
      name: 'evaluation',
      description: 'Every step of the evaluation, in one container',
      needs: [],
      command: ['group', '--name', 'evaluation'],
      inputs: [
        { name: 'config', artefact: 'config' },
        { name: 'dataset', artefact: 'dataset' },
      ],
      output: '',
      steps: steps.steps,
      modelData: [],
    },
  ]);
  const tuned = configOf(
    'models: [{ name: a, model_id: m, finetuning: { train_data_path: t } }]\npipeline: { name: one, mode: single_job }',
  );
  expect(() => graphOf(tuned)).toThrow('finetune-a is a training job of its own, which mode: single_job has none of');
});

test('models that share a job are deployed, asked and cleaned up in it; the rest of the graph waits for the job', () => {
  const models = ['a', 'b', 'c'].map(
    (name) => `{ name: ${name}, model_id: m${name === 'c' ? ', finetuning: { train_data_path: t }' : ''} }`,
  );
  const graph = graphOf(
    configOf(`models: [${models.join(', ')}]
sharding: { shards: 4, instances: 2 }
model_registry: { model_package_group_name: G }
pipeline: { name: p, models_per_job: 2 }`),
  );
  expect(graphProblems(graph)).toEqual([]);
  expect(uncleaned(graph)).toEqual([]);
  expect(edges(graph)).toEqual([
    'preprocess <-',
    'finetune-c <-',
    'models-1 <- preprocess',
    'models-2 <- preprocess finetune-c',
    'merge <- models-1 models-2',
    'select <- merge',
    'register-selected <- select',
  ]);
  expect(graph.steps[2]).toMatchObject({
    command: ['group', '--name', 'models-1'],
    inputs: [{ name: 'config' }, { name: 'index' }, { name: 'shards' }],
    output: '',
  });
  const [, , first] = graph.steps;
  expect(first?.kind === 'group' && edges({ ...graph, steps: first.steps })).toEqual([
    'deploy-a <-',
    'evaluate-a <- deploy-a',
    'cleanup-a <- evaluate-a!',
    'deploy-b <-',
    'evaluate-b <- deploy-b',
    'cleanup-b <- evaluate-b!',
  ]);
  expect(graph.notes).toContain('2 models share a job: sharding.instances are processes of it');
});

test('a local model beside one on SageMaker is told: it is asked within its job', () => {
  const local = '{ name: small, local: { model: SmolLM2-135M-Instruct } }';
  expect(graphOf(configOf(`models: [${local}, { name: a, endpoint_name: e }]`)).notes).toEqual([
    "small: local, so asked on the processors of the evaluation's own job, not at an endpoint",
  ]);
  expect(graphOf(configOf(`models: [${local}]`)).notes).toEqual([]);
});

test('a gate stands before the registrations', () => {
  const graph = graphOf(
    configOf(`models: [{ name: a, endpoint_name: e }]
model_registry: { model_package_group_name: G }
gates: [{ score: toxicity.toxicity, max: 0.2 }]`),
  );
  expect(graph.steps.find(({ kind }) => kind === 'gate')).toMatchObject({
    guards: ['register-selected'],
    selectStep: 'select',
  });
});

test('cleanup_endpoint: false leaves the endpoint, and says so', () => {
  const graph = graphOf(configOf('models: [{ name: a, model_id: m, cleanup_endpoint: false }]'));
  expect(uncleaned(graph)).toEqual(['deploy-a']);
  expect(graph.notes).toEqual(['a keeps its endpoint (cleanup_endpoint: false)']);
});

test('a graph with a hole is found out', () => {
  const graph = graphOf(configOf('models: [{ name: a, model_id: m }]'));
  const without = (kind: string): PipelineGraph => ({
    ...graph,
    steps: graph.steps.filter((step) => step.kind !== kind),
  });
  expect(graphProblems(without('preprocess')).length).toBeGreaterThan(0);
  expect(graphProblems({ ...graph, steps: graph.steps.toReversed() }).length).toBeGreaterThan(0);
  expect(uncleaned(without('cleanup'))).toEqual(['deploy-a']);
});

test('step names stay apart and within bounds for any model names', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 90, unit: 'binary' }), { minLength: 1, maxLength: 12 }), (subjects) => {
      const names = new StepNames();
      const given = subjects.map((subject) => names.name('evaluate', subject));
      expect(new Set(given).size).toBe(given.length);
      expect(given.filter((name) => !/^[A-Za-z0-9_-]{1,64}$/.test(name))).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
