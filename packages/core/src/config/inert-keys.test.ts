import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { inertKeys } from './inert-keys.ts';
import { parseConfig, requireValid } from './load-config.ts';
import { type ResolveRunnersOptions, resolveRunners } from './resolve-runners.ts';

function warningsOf(text: string, options: ResolveRunnersOptions = {}): string[] {
  const config = requireValid(parseConfig(text, resolve('evaluation_config.yaml'), {}, 'evaluation_config.yaml'));
  return inertKeys(config, resolveRunners(config, options)).map(
    ({ severity, at, message }) => `${severity} ${at.line}:${at.column} ${message.split(' ')[0]}`,
  );
}

const REST = 'dataset: { input_data_location: rows.jsonl }\nalgorithms: [{ algorithm: qa_accuracy }]\n';

test('keys that only pipelines read, and those that nothing reads, are warned of where they stand', () => {
  const text = `${REST}models:
  - name: m
    local: { model: tiny }
    limits: { max_concurrency: 4 }
    finetuning_config: { train_data_path: train.jsonl }
    register_config: { model_package_group_name: group }
  - name: n
    finetuning: { train_data_path: train.jsonl }
    local: { model: tiny }
    evaluation_config: { inference_parameters: { seed: 3 }, content_template: {} }
pipeline: { name: p, step_cache: P30D }
output_dir: elsewhere
sharding: { shards: 4 }
cache: { scores: false, embeddings: false }
aws: { max_cost: 3 }
`;
  expect(warningsOf(text)).toEqual([
    'warning 7:5 models[0].finetuning',
    'warning 8:5 models[0].register_config',
    'warning 10:5 models[1].finetuning',
    'warning 12:50 models[1].evaluation_config.inference_parameters.seed',
    'warning 13:22 pipeline.step_cache',
    'warning 14:1 output_dir',
    'warning 15:1 sharding',
    'warning 16:10 cache.scores',
  ]);
});

test('keys of an endpoint are warned of only where the model has no endpoint at all', () => {
  const local = (more: string) => `${REST}models:
  - name: m
    local: { model: tiny }
    limits: { max_concurrency: 4 }${more}
`;
  expect(warningsOf(local(''))).toEqual(['warning 6:5 models[0].limits']);
  expect(warningsOf(local('\n    endpoint_name: e'), { runner: 'local' })).toEqual([]);
});

test('prompts are of no use where the dataset holds the outputs', () => {
  const text = `${REST}prompt: { template: "$model_input" }\nmodels: [{ name: m, runner: outputs }]\n`;
  expect(warningsOf(text)).toEqual(['warning 3:1 prompt']);
  expect(warningsOf(text.replace('runner: outputs', 'local: { model: tiny }'))).toEqual([]);
});

test('a cache that is switched off, or a plain config, deserves no word', () => {
  expect(warningsOf(`${REST}models: [{ name: m, local: { model: tiny } }]\ncache: false\n`)).toEqual([]);
  expect(warningsOf(`${REST}models: [{ name: m, local: { model: tiny } }]\ncache: true\n`)).toEqual([]);
});
