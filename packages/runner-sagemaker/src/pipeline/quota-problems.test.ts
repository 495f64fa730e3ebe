import { buildPipeline, parseConfig, requireValid, resolveRunners } from '@assay/core';
import { expect, test } from 'vitest';
import { estimatePipeline } from '../cost/estimate-pipeline.ts';
import { quotaHint, quotaProblems, requireQuotas } from './quota-problems.ts';
import { quotaUses } from './quota-use.ts';
import { renderPipeline } from './render-pipeline.ts';

const MODELS = [
  '{ name: a, sagemaker: { image_uri: i }, deployment_config: { instance_type: ml.g5.2xlarge, num_instances: 2 } }',
  '{ name: b, sagemaker: { image_uri: i }, deployment_config: { instance_type: ml.g5.2xlarge } }',
  '{ name: c, sagemaker: { mode: transform, image_uri: i }, deployment_config: { instance_type: ml.m5.large } }',
  '{ name: d, model_id: m, finetuning: { train_data_path: t, parameters: { instance_type: ml.p4d.24xlarge } }, deployment_config: { instance_type: ml.c7i.large } }',
];

function pipelineOf(more: string, models = MODELS) {
  const text = `dataset: { input_data_location: d.jsonl }\nalgorithms: [{ algorithm: toxicity }]
models: [${models.join(', ')}]\nsharding: { shards: 8, instances: 4 }\n${more}`;
  const loaded = requireValid(parseConfig(text, '/c.yaml'));
  const { aws, pipeline } = loaded.config;
  const graph = buildPipeline(loaded.config, resolveRunners(loaded));
  const lines = estimatePipeline(graph, { aws });
  const definition = renderPipeline(graph, { roleArn: 'arn:aws:iam::123456789012:role/R', bucket: 'b', imageUri: 'i' });
  const most = pipeline?.max_parallel_steps;
  return { uses: quotaUses(graph, lines, most), problems: quotaProblems(definition, graph, lines, aws, most) };
}

const countsOf = (more: string) =>
  Object.fromEntries(pipelineOf(more).uses.map(({ use, type = 'jobs', count }) => [`${use} ${type}`, count]));

test('endpoints stand together, jobs as far as steps run together', () => {
  expect(countsOf('')).toMatchObject({
    'endpoint ml.g5.2xlarge': 3,
    'endpoint ml.c7i.large': 1,
    'training ml.p4d.24xlarge': 1,
    'training jobs': 1,
    'transform ml.m5.large': 4,
    'transform jobs': 4,
  });
  // Two evaluations of four instances each, and what is deployed and transformed beside them.
  expect(countsOf('')['processing ml.m5.xlarge']).toBeGreaterThanOrEqual(8);
  expect(countsOf('pipeline: { name: p, max_parallel_steps: 1 }')['processing ml.m5.xlarge']).toBe(4);
  expect(countsOf('pipeline: { name: p, max_parallel_steps: 1 }')['endpoint ml.g5.2xlarge']).toBe(3);
});

/** What the config states, and the member and the quota that are named. */
const STATED: readonly (readonly [name: string, quotas: string, said: string, key: string])[] = [
  ['steps', 'pipeline_steps: 3', 'steps; an account may have 3', 'aws.quotas.pipeline_steps'],
  [
    'instances of endpoints',
    'instances: { ml.g5.2xlarge: { endpoint: 2 } }',
    'deploy-a, deploy-b: InstanceType ml.g5.2xlarge, 3 at a time; of “ml.g5.2xlarge for endpoint usage” the account has 2',
    'aws.quotas.instances["ml.g5.2xlarge"].endpoint',
  ],
  [
    'instances of processing jobs',
    'instances: { ml.m5.xlarge: { processing: 3 } }',
    'of “ml.m5.xlarge for processing job usage” the account has 3',
    'aws.quotas.instances["ml.m5.xlarge"].processing',
  ],
  [
    'instances of training jobs',
    'instances: { ml.p4d.24xlarge: { training: 0 } }',
    'finetune-d: InstanceType ml.p4d.24xlarge, 1 at a time; of “ml.p4d.24xlarge for training job usage” the account has 0',
    'aws.quotas.instances["ml.p4d.24xlarge"].training',
  ],
  [
    'instances of transform jobs',
    'instances: { ml.m5.large: { transform: 3 } }',
    'evaluate-c: InstanceType ml.m5.large, 4 at a time; of “ml.m5.large for transform job usage” the account has 3',
    'aws.quotas.instances["ml.m5.large"].transform',
  ],
  [
    'processing jobs',
    'concurrent_jobs: { processing: 1 }',
    'processing jobs at a time; the account has 1',
    'aws.quotas.concurrent_jobs.processing',
  ],
  [
    'training jobs',
    'concurrent_jobs: { training: 0 }',
    'finetune-d: 1 training jobs at a time; the account has 0',
    'aws.quotas.concurrent_jobs.training',
  ],
  [
    'transform jobs',
    'concurrent_jobs: { transform: 3 }',
    'evaluate-c: 4 transform jobs at a time; the account has 3',
    'aws.quotas.concurrent_jobs.transform',
  ],
];

test.each(STATED)('a quota of %s that the config states is refused, and named', (_, quotas, said, key) => {
  const { problems } = pipelineOf(`aws: { quotas: { ${quotas} } }`);
  const found = problems.filter(({ isStated }) => isStated);
  expect(found).toMatchObject([{ message: expect.stringContaining(said), key, isStated: true }]);
  expect(() => requireQuotas(problems, () => {})).toThrow(said);
});

test('above AWS’s defaults is told: no accelerator, fifty steps', () => {
  const { problems } = pipelineOf('');
  const told: string[] = [];
  requireQuotas(problems, (text) => told.push(text));
  expect(told).toEqual([
    expect.stringContaining('“ml.g5.2xlarge for endpoint usage” AWS gives an account 0: ask AWS for more'),
    expect.stringContaining('“ml.p4d.24xlarge for training job usage” AWS gives an account 0'),
  ]);
  const enough = 'aws: { quotas: { instances: { ml.g5.2xlarge: { endpoint: 3 }, ml.p4d.24xlarge: { training: 1 } } } }';
  expect(pipelineOf(enough).problems).toEqual([]);
  const many = Array.from({ length: 50 }, (_, i) => `{ name: m${i}, endpoint_name: e${i} }`);
  const [problem] = pipelineOf('', many).problems;
  expect(problem).toMatchObject({ key: 'aws.quotas.pipeline_steps', isStated: false });
  expect(quotaHint(problem!)).toContain('write pipeline: { models_per_job: 2 }');
  expect(pipelineOf('pipeline: { name: p, models_per_job: 2 }', many).problems).toEqual([]);
});

test('training jobs are a step each: what no grouping makes fewer is told so', () => {
  const tuned = Array.from(
    { length: 50 },
    (_, i) => `{ name: m${i}, model_id: m, finetuning: { train_data_path: t } }`,
  );
  const [steps] = pipelineOf('', tuned).problems.filter(({ key }) => key === 'aws.quotas.pipeline_steps');
  expect(quotaHint(steps!)).toContain('split the config');
});
