import { existsSync, readdirSync, readFileSync } from 'node:fs';
import {
  type AwsConfig,
  buildPipeline,
  loadConfig,
  type PipelineGraph,
  parseConfig,
  requireValid,
  resolveRunners,
} from '@assay/core';
import { expect, test } from 'vitest';
import { allSteps, definitionProblems, waitsFor } from './check-definition.ts';
import type { DefinitionStep, PipelineDefinition } from './definition.ts';
import { stepProblem } from './quota-problems.ts';
import { renderPipeline } from './render-pipeline.ts';
import type { RenderSettings } from './render-settings.ts';

const SAMPLES = [
  'pipeline_config',
  'pipeline_finetuning_config',
  'pipeline_scale_config',
  'pipeline_scale_hybrid_config',
];
const SETTINGS: RenderSettings = { roleArn: 'arn:aws:iam::123456789012:role/R', bucket: 'bkt', imageUri: 'img:1' };

async function sampleGraph(name: string): Promise<PipelineGraph> {
  const file = new URL(`../../../core/fixtures/aws-sample/${name}.yaml`, import.meta.url).pathname;
  const config = requireValid(await loadConfig(file));
  return buildPipeline(config.config, resolveRunners(config));
}

function graphOf(rest: string): PipelineGraph {
  const text = `dataset: { input_data_location: d.jsonl }\n${rest}`;
  const config = requireValid(
    parseConfig(text.includes('algorithms') ? text : `${text}\nalgorithms: [{ algorithm: toxicity }]`, '/c.yaml'),
  );
  return buildPipeline(config.config, resolveRunners(config));
}

const stepOf = (definition: PipelineDefinition, name: string): DefinitionStep =>
  allSteps(definition.Steps).find(({ Name }) => Name === name)!;

/** Everything that a step comes after, however indirectly. */
function ancestors(definition: PipelineDefinition, name: string): Set<string> {
  const found = new Set<string>();
  const visit = (step: DefinitionStep): void => {
    const outer = definition.Steps.find(({ Arguments }) =>
      ((Arguments.IfSteps as DefinitionStep[] | undefined) ?? []).some(({ Name }) => Name === step.Name),
    );
    for (const needed of [...waitsFor(step), ...(outer === undefined ? [] : waitsFor(outer))]) {
      if (found.has(needed)) continue;
      found.add(needed);
      visit(stepOf(definition, needed));
    }
  };
  visit(stepOf(definition, name));
  return found;
}

const llama = 'meta-textgeneration-llama-2-7b';
const falcon = 'huggingface-llm-falcon-7b-bf16';
/** The steps of the AWS sample's compiled pipelines, and ours in their place. */
const COUNTERPARTS: Record<string, Record<string, string>> = {
  pipeline_config: {
    preprocess: 'preprocess',
    [`deploy_${llama}`]: 'deploy-llama2-7b',
    [`evaluation_${llama}`]: 'evaluate-llama2-7b',
    [`cleanup_${llama}`]: 'cleanup-llama2-7b',
  },
  pipeline_finetuning_config: {
    preprocess: 'preprocess',
    finetune: 'finetune-llama2-7b-finetuned',
    deploy_llama_finetuned: 'deploy-llama2-7b-finetuned',
    [`evaluation_${llama}`]: 'evaluate-llama2-7b-finetuned',
    [`register_finetuned_${llama}`]: 'register-llama2-7b-finetuned',
    [`cleanup_${llama}`]: 'cleanup-llama2-7b-finetuned',
  },
  pipeline_scale_config: {
    preprocess: 'preprocess',
    ...lane(`${llama}-f`, 'llama2-7b-f'),
    ...lane(falcon, 'falcon-7b'),
    model_selection: 'select',
    best_model_registration: 'register-selected',
  },
  pipeline_scale_hybrid_config: {
    preprocess: 'preprocess',
    ...lane(`${llama}-f`, 'llama2-7b-f'),
    ...lane(falcon, 'falcon-7b'),
    ...lane(llama, 'llama2-7b-finetuned'),
    [`finetune_${llama}`]: 'finetune-llama2-7b-finetuned',
    model_selection: 'select',
    best_model_registration: 'register-selected',
  },
};
function lane(id: string, name: string): Record<string, string> {
  return {
    [`deploy_${id}`]: `deploy-${name}`,
    [`evaluation_${id}`]: `evaluate-${name}`,
    [`cleanup_${id}`]: `cleanup-${name}`,
  };
}
/** The sample's edges, all but one: its clean-up waits for the registration, which leaves endpoints behind on failure. */
function sampleEdges(steps: readonly string[]): [string, string][] {
  const of = (verb: string): string[] => steps.filter((step) => step.startsWith(verb));
  const suffix = (step: string): string => step.slice(step.indexOf('_') + 1);
  const edges: [string, string][] = [];
  for (const evaluation of of('evaluation_')) {
    edges.push([evaluation, 'preprocess']);
    const deploy = of('deploy_').find((step) => suffix(step) === suffix(evaluation)) ?? 'deploy_llama_finetuned';
    edges.push([evaluation, deploy]);
    edges.push([`cleanup_${suffix(evaluation)}`, evaluation]);
    for (const later of [...of('model_selection'), ...of('register_finetuned')]) edges.push([later, evaluation]);
  }
  for (const finetune of of('finetune'))
    edges.push([of('deploy_').find((step) => suffix(step) === suffix(finetune)) ?? 'deploy_llama_finetuned', finetune]);
  for (const best of of('best_model_registration')) edges.push([best, 'model_selection']);
  return edges;
}

test.each(SAMPLES)('%s renders to the steps and dependencies of the AWS sample', async (name) => {
  const definition = renderPipeline(await sampleGraph(name), SETTINGS);
  const counterparts = COUNTERPARTS[name]!;
  const names = new Set(allSteps(definition.Steps).map(({ Name }) => Name));
  for (const ours of Object.values(counterparts)) expect(names).toContain(ours);
  for (const [later, earlier] of sampleEdges(Object.keys(counterparts)))
    expect([...ancestors(definition, counterparts[later]!)], `${later} after ${earlier}`).toContain(
      counterparts[earlier],
    );
});

test.each(SAMPLES)(
  '%s stays within the limits, its references resolve, and it keeps no secret or time',
  async (name) => {
    const graph = await sampleGraph(name);
    const definition = renderPipeline(graph, SETTINGS);
    expect(definitionProblems(definition)).toEqual([]);
    expect(JSON.stringify(renderPipeline(graph, SETTINGS))).toBe(JSON.stringify(definition));
  },
);

test.each(SAMPLES)('every endpoint of %s has a teardown that runs however its evaluation ended', async (name) => {
  const definition = renderPipeline(await sampleGraph(name), SETTINGS);
  const deploys = definition.Steps.filter(({ Name }) => Name.startsWith('deploy-'));
  expect(deploys.length).toBeGreaterThan(0);
  for (const { Name } of deploys) {
    const model = Name.slice('deploy-'.length);
    expect(stepOf(definition, `cleanup-${model}`).DependsOn).toEqual([{ Step: `evaluate-${model}`, Trigger: 'Any' }]);
    expect(stepOf(definition, `evaluate-${model}`).DependsOn).toContain(Name);
  }
});

test.each([
  [20, 4, (i: number) => `model_id: m${i}, finetuning: { train_data_path: t }`],
  [100, 1, (i: number) => `endpoint_name: e${i}`],
] as const)(
  '%i models with 10 algorithms stay within the limits, and what an account lacks is told',
  (count, each, of) => {
    const name = (i: number) => `"model ${i} ${'with a long name '.repeat(6)}"`;
    const models = Array.from({ length: count }, (_, i) => `  - { name: ${name(i)}, ${of(i)} }`);
    const algorithms = Array.from({ length: 10 }, (_, i) => `{ algorithm: toxicity, name: a${i} }`).join(', ');
    const graph = graphOf(
      `models:\n${models.join('\n')}\nalgorithms: [${algorithms}]\nsharding: { shards: 64, instances: 16 }`,
    );
    const definition = renderPipeline(graph, SETTINGS);
    expect(definitionProblems(definition)).toEqual([]);
    const { length } = definition.Steps;
    expect(length).toBe(count * each + (each > 1 ? 4 : 3));
    expect(JSON.stringify(definition).length).toBeLessThan(1_048_576 / 2);
    expect(stepProblem(definition, undefined)).toMatchObject([
      { message: `the pipeline has ${length} steps; an account may have 50`, isStated: false },
    ]);
    expect(stepProblem(definition, { quotas: { pipeline_steps: 1000 } } as AwsConfig)).toEqual([]);
  },
);

const examples = new URL('../../../../examples/', import.meta.url);

const withConfig = readdirSync(examples).filter((name) =>
  existsSync(new URL(`${name}/evaluation_config.yaml`, examples)),
);

test.each(withConfig)('the example %s stays within the limits, even with 20 models and 64 shards', async (name) => {
  const file = new URL(`${name}/evaluation_config.yaml`, examples).pathname;
  const loaded = requireValid(await loadConfig(file));
  const [model] = resolveRunners(loaded);
  const models = Array.from({ length: 20 }, (_, index) => ({ ...model!, name: `${model!.name} ${index}`, index }));
  const config = { ...loaded.config, sharding: { shards: 64, instances: 16 } };
  for (const graph of [buildPipeline(loaded.config, resolveRunners(loaded)), buildPipeline(config, models)])
    expect(definitionProblems(renderPipeline(graph, SETTINGS))).toEqual([]);
});

const golden = (name: string): PipelineDefinition =>
  JSON.parse(readFileSync(new URL(`../../fixtures/pipeline-definitions/${name}.json`, import.meta.url), 'utf8'));

/** Paths of keys with list positions and references left out: `Arguments.ProcessingInputs[].S3Input.S3Uri`. */
function shape(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((member) => shape(member, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Object.entries(value);
  if (entries.some(([key]) => key === 'Get' || key.startsWith('Std:'))) return [path];
  return entries.flatMap(([key, member]) => {
    const isFree = path.endsWith('Environment') || path.endsWith('HyperParameters');
    return shape(member, `${path}.${isFree ? '*' : key}`);
  });
}
const shapesOf = (steps: readonly DefinitionStep[], type: string): Set<string> =>
  new Set(
    allSteps(steps)
      .filter(({ Type }) => Type === type)
      .flatMap((step) => shape(step)),
  );

test('every key of our steps stands where the Python SDK puts it', () => {
  const aws = {
    vpc: { subnets: ['subnet-1'], security_group_ids: ['sg-1'] },
    kms: { volume: 'alias/k1', output: 'alias/k2' },
    encrypt_inter_container_traffic: true,
    tags: { team: 'x' },
  };
  const graph =
    graphOf(`models: [{ name: a, model_id: m, finetuning: { train_data_path: t, parameters: { epoch: 1, instance_type: ml.p3.8xlarge } }, sagemaker: { accept_eula: true } }]
model_registry: { model_package_group_name: G }
gates: [{ score: toxicity.toxicity, max: 0.2 }, 'toxicity.toxicity lower >= 0']`);
  const ours = renderPipeline(graph, { ...SETTINGS, aws, stepCache: 'P30D' }).Steps;
  const fixtures = [
    'processing_model_condition',
    'sdk3_endpoint_trigger_any',
    'lambda_callback_transform_training',
    'conditions',
  ];
  const theirs = fixtures.flatMap((name) => golden(name).Steps);
  // Keys of the service's own CreateTrainingJob, which no golden uses.
  const further = new Set([
    '.Arguments.OutputDataConfig.KmsKeyId',
    '.Arguments.ResourceConfig.VolumeKmsKeyId',
    '.Arguments.VpcConfig.SecurityGroupIds[]',
    '.Arguments.VpcConfig.Subnets[]',
    '.Arguments.EnableInterContainerTrafficEncryption',
    '.Arguments.Tags[].Key',
    '.Arguments.Tags[].Value',
    '.Description',
    '.CacheConfig.Enabled',
    '.CacheConfig.ExpireAfter',
  ]);
  for (const type of ['Processing', 'Training', 'Fail']) {
    const known = shapesOf(theirs, type);
    const strange = [...shapesOf(ours, type)].filter(
      (path) => !known.has(path) && !(type === 'Training' && further.has(path)),
    );
    expect(strange, type).toEqual([]);
  }
  const condition = (steps: readonly DefinitionStep[]): Set<string> =>
    new Set(steps.filter(({ Type }) => Type === 'Condition').flatMap((step) => shape(step.Arguments.Conditions)));
  const known = condition(theirs);
  expect([...condition(ours)].filter((path) => !known.has(path))).toEqual([]);
});

test('a gate compares thresholds that a start may change, and fails with the reason', () => {
  const graph = graphOf(`models: [{ name: a, endpoint_name: e }]
model_registry: { model_package_group_name: G }
gates: [{ score: toxicity.toxicity, max: 0.2 }, 'toxicity.toxicity lower >= 0']`);
  const definition = renderPipeline(graph, SETTINGS);
  expect(definition.Parameters.find(({ Name }) => Name === 'Gate0Max')).toEqual({
    Name: 'Gate0Max',
    Type: 'Float',
    DefaultValue: 0.2,
  });
  const gate = stepOf(definition, 'gate');
  const decision = { Get: 'Steps.select.PropertyFiles.Decision' };
  expect(gate.Arguments.Conditions).toEqual([
    {
      Type: 'LessThanOrEqualTo',
      LeftValue: { 'Std:JsonGet': { PropertyFile: decision, Path: 'gates.g0.greatest' } },
      RightValue: { Get: 'Parameters.Gate0Max' },
    },
    {
      Type: 'Equals',
      LeftValue: { 'Std:JsonGet': { PropertyFile: decision, Path: 'gates.g1.passed' } },
      RightValue: true,
    },
  ]);
  expect((gate.Arguments.IfSteps as DefinitionStep[]).map(({ Name }) => Name)).toEqual(['register-selected']);
  expect((gate.Arguments.ElseSteps as DefinitionStep[])[0]!.Type).toBe('Fail');
  expect(definition.Steps.map(({ Name }) => Name)).not.toContain('register-selected');
});

test('what is not known becomes a parameter that every start must give', async () => {
  const definition = renderPipeline(await sampleGraph('pipeline_finetuning_config'));
  const open = definition.Parameters.filter((parameter) => !('DefaultValue' in parameter)).map(({ Name }) => Name);
  expect(open).toEqual(['Bucket', 'RoleArn', 'ImageUri', 'TrainingImage0', 'TrainingModel0', 'TrainingScript0']);
  const training = { 'llama2-7b-finetuned': { imageUri: 'train:1' } };
  const known = renderPipeline(await sampleGraph('pipeline_finetuning_config'), { ...SETTINGS, training });
  expect(known.Parameters.every((parameter) => 'DefaultValue' in parameter)).toBe(true);
});

test('shards go to instances by key, results to a folder of the execution', () => {
  const graph = graphOf('models: [{ name: a, endpoint_name: e }]\nsharding: { shards: 6, instances: 3 }');
  const definition = renderPipeline(graph, { ...SETTINGS, aws: { prefix: '/my/evaluations/' } });
  const { Arguments } = stepOf(definition, 'evaluate-a');
  expect(Arguments).toMatchObject({
    ProcessingResources: { ClusterConfig: { InstanceCount: { Get: 'Parameters.EvaluateInstances' } } },
    ProcessingInputs: [
      { InputName: 'config' },
      { InputName: 'index', S3Input: { S3DataDistributionType: 'FullyReplicated' } },
      { InputName: 'shards', S3Input: { S3DataDistributionType: 'ShardedByS3Key' } },
    ],
    Environment: { ASSAY_RUN_ID: { Get: 'Execution.PipelineExecutionId' } },
  });
  expect(definition.Parameters.find(({ Name }) => Name === 'EvaluateInstances')?.DefaultValue).toBe(3);
  const { S3Uri } = (Arguments.ProcessingOutputConfig as { Outputs: { S3Output: { S3Uri: unknown } }[] }).Outputs[0]!
    .S3Output;
  expect(S3Uri).toEqual({
    'Std:Join': {
      On: '/',
      Values: [
        's3:/',
        { Get: 'Parameters.Bucket' },
        'my/evaluations',
        'executions',
        { Get: 'Execution.PipelineExecutionId' },
        'evaluations/evaluate-a',
      ],
    },
  });
});

test('network isolation, under which no model can be called, is refused', () => {
  const graph = graphOf('models: [{ name: a, endpoint_name: e }]');
  expect(() => renderPipeline(graph, { ...SETTINGS, aws: { network_isolation: true } })).toThrow(
    'network_isolation forbids',
  );
});

test('a licence that nobody accepted is not accepted for training', () => {
  const finetuned = (more: string) =>
    stepOf(
      renderPipeline(
        graphOf(`models: [{ name: a, model_id: m, finetuning: { train_data_path: t }${more} }]`),
        SETTINGS,
      ),
      'finetune-a',
    );
  expect(finetuned('').Arguments.Environment).toBeUndefined();
  expect(finetuned(', sagemaker: { accept_eula: true }').Arguments.Environment).toEqual({ accept_eula: 'true' });
});

test('a definition that SageMaker would refuse is found out', () => {
  const definition = renderPipeline(graphOf('models: [{ name: a, model_id: m }]'), SETTINGS);
  const change = (name: string, part: Partial<DefinitionStep>): PipelineDefinition => ({
    ...definition,
    Steps: definition.Steps.map((step) => (step.Name === name ? { ...step, ...part } : step)),
  });
  expect(definitionProblems(change('merge', { DependsOn: ['select'] }))[0]).toContain('wait for each other');
  expect(definitionProblems(change('merge', { Name: 'a b' }))).toContain('"a b" is no name of a step');
  expect(definitionProblems(change('merge', { DependsOn: ['nobody'] }))[0]).toContain('depends on nobody');
  expect(definitionProblems({ ...definition, Parameters: [] }).length).toBeGreaterThan(0);
  expect(definitionProblems(change('merge', { Description: 'x'.repeat(1_100_000) }))[0]).toContain(
    'characters of the definition',
  );
});

const REFUSED = renderPipeline(
  graphOf(
    'models: [{ name: a, model_id: m, finetuning: { train_data_path: t } }]\nmodel_registry: { model_package_group_name: G }',
  ),
  SETTINGS,
);
type Mutable = Record<string, unknown>;
const at = (whole: Mutable, ...path: (string | number)[]): Mutable =>
  path.reduce((part, key) => part[key as string] as Mutable, whole);

test.each([
  [
    'an input too many',
    'merge: ProcessingInputs has 11 entries, where AWS takes 10',
    'merge',
    (a) => (a.ProcessingInputs = Array.from({ length: 11 }, (_, i) => ({ InputName: `i${i}` }))),
  ],
  [
    'an argument that a reference makes too long',
    'merge: AppSpecification.ContainerArguments[0] has 267 characters',
    'merge',
    (a) =>
      (at(a, 'AppSpecification').ContainerArguments = [
        { 'Std:Join': { On: '/', Values: ['s3:/', { Get: 'Parameters.Inputs' }, 'x'.repeat(238)] } },
      ]),
  ],
  [
    'an environment value that a reference makes too long',
    'merge: Environment.LONG has 268 characters',
    'merge',
    (a) =>
      (at(a, 'Environment').LONG = {
        'Std:Join': { On: '', Values: ['x'.repeat(256), { Get: 'Execution.PipelineExecutionId' }] },
      }),
  ],
  [
    'a name that Pipelines gives',
    'merge: ProcessingJobName is Pipelines’ own',
    'merge',
    (a) => (a.ProcessingJobName = 'mine'),
  ],
  [
    'a member that there is not',
    'merge: ProcessingResource is not known to AWS',
    'merge',
    (a) => (a.ProcessingResource = {}),
  ],
  [
    'an instance too many',
    'where AWS takes at most 100',
    'merge',
    (a) => (at(a, 'ProcessingResources', 'ClusterConfig').InstanceCount = 101),
  ],
  [
    'a run too long',
    'StoppingCondition.MaxRuntimeInSeconds is 9999999',
    'merge',
    (a) => (a.StoppingCondition = { MaxRuntimeInSeconds: 9_999_999 }),
  ],
  [
    'a path outside the container’s places',
    'LocalPath is /tmp/x',
    'merge',
    (a) => (at(a, 'ProcessingInputs', 0, 'S3Input').LocalPath = '/tmp/x'),
  ],
  [
    'a path for two',
    'holds "/opt/ml/processing/output" twice',
    'merge',
    (a) => (at(a, 'ProcessingInputs', 0, 'S3Input').LocalPath = '/opt/ml/processing/output'),
  ],
  [
    'an input’s name for two',
    'ProcessingInputs holds "config" twice',
    'merge',
    (a) => (at(a, 'ProcessingInputs', 1).InputName = 'config'),
  ],
  ['a tag of AWS', 'Tags[0].Key begins with aws:', 'merge', (a) => (at(a, 'Tags', 0).Key = 'aws:x')],
  ['a tag for two', 'Tags holds "assay:run-id" twice', 'merge', (a) => (at(a, 'Tags', 0).Key = 'assay:run-id')],
  [
    'a key of a disk that takes none',
    'finetune-a: ResourceConfig.VolumeKmsKeyId is a key',
    'finetune-a',
    (a) => (at(a, 'ResourceConfig').VolumeKmsKeyId = 'alias/k'),
  ],
  [
    'a channel for two',
    'InputDataConfig holds "training" twice',
    'finetune-a',
    (a) => (at(a, 'InputDataConfig', 1).ChannelName = 'training'),
  ],
] as [string, string, string, (given: Mutable) => unknown][])(
  '%s is refused by the member',
  (_, expected, name, change) => {
    const definition = structuredClone(REFUSED);
    expect(definitionProblems(definition)).toEqual([]);
    change(definition.Steps.find(({ Name }) => Name === name)!.Arguments as Mutable);
    expect(definitionProblems(definition)).toContainEqual(expect.stringContaining(expected));
  },
);
