import { buildPipeline, loadConfig, parseConfig, requireValid, resolveRunners } from '@assay/core';
import { expect, test } from 'vitest';
import { renderPipeline } from '../pipeline/render-pipeline.ts';
import { estimatePipeline } from './estimate-pipeline.ts';

const file = new URL('../../../core/fixtures/aws-sample/pipeline_scale_hybrid_config.yaml', import.meta.url).pathname;

async function graph() {
  const config = requireValid(await loadConfig(file));
  return buildPipeline(config.config, resolveRunners(config));
}

test('an estimate holds every step and endpoint, priced where the user says so and unknown elsewhere', async () => {
  const built = await graph();
  const prices = { currency: 'USD', instances: { 'ml.m5.xlarge': { processing: 0.25 } } };
  const lines = estimatePipeline(built, { prices, aws: { max_runtime_s: 7200 } });
  const deploys = built.steps.filter(({ kind }) => kind === 'deploy');
  expect(deploys.length).toBeGreaterThan(0);
  expect(lines.map(({ step }) => step).sort()).toEqual(
    [
      ...built.steps.filter(({ kind }) => kind !== 'gate').map(({ name }) => name),
      ...deploys.map(({ name }) => `${name} (endpoint)`),
    ].sort(),
  );
  expect(lines.find(({ step }) => step === 'preprocess')).toMatchObject({
    hourly: 0.25,
    maxSeconds: 7200,
    atMost: 0.5,
  });
  for (const { instances, atMost } of lines)
    expect(atMost === null, instances?.use).toBe(instances?.use !== 'processing');
});

test('a limit of the time bounds every step of the estimate and every job of the definition', async () => {
  const built = await graph();
  const lines = estimatePipeline(built, { maxRuntimeMs: 1_800_000 });
  expect(new Set(lines.map(({ maxSeconds }) => maxSeconds))).toEqual(new Set([1800]));
  const rendered = JSON.stringify(renderPipeline(built, { maxRuntimeS: 1800 }));
  const limits = [...rendered.matchAll(/"MaxRuntimeInSeconds":(\d+)/g)].map(([, seconds]) => Number(seconds));
  expect(limits.length).toBeGreaterThan(5);
  expect(new Set(limits)).toEqual(new Set([1800]));
});

test('a Batch Transform job is paid for beside its step, and values given to the parameters count', () => {
  const config = requireValid(
    parseConfig(
      `dataset: { input_data_location: d.jsonl, model_input_key: q, target_output_key: a }
algorithms: [{ algorithm: FactualKnowledge }]
models:
  - name: m
    sagemaker: { mode: transform, image_uri: 'img:1' }
    deployment_config: { instance_type: ml.g5.2xlarge, num_instances: 2 }
sharding: { shards: 4, instances: 2 }
`,
      '/test/config.yaml',
    ),
  );
  const built = buildPipeline(config.config, resolveRunners(config));
  const instancesOf = (parameters: Record<string, string>) =>
    Object.fromEntries(estimatePipeline(built, { parameters }).map(({ step, instances }) => [step, instances]));
  expect(instancesOf({})).toMatchObject({
    'evaluate-m': { use: 'processing', type: 'ml.m5.xlarge', count: 2 },
    'evaluate-m (transform job)': { use: 'transform', type: 'ml.g5.2xlarge', count: 4 },
  });
  expect(instancesOf({ InstanceType: 'ml.m5.4xlarge', EvaluateInstances: '4' })).toMatchObject({
    preprocess: { type: 'ml.m5.4xlarge', count: 1 },
    'evaluate-m': { type: 'ml.m5.4xlarge', count: 4 },
    'evaluate-m (transform job)': { count: 8 },
  });
});
