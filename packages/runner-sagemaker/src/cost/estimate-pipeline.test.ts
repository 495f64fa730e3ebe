import { buildPipeline, loadConfig, requireValid, resolveRunners } from '@assay/core';
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
