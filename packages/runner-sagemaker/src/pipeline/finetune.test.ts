import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveRunners, type ValidConfig } from '@assay/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { graphOf, ROLE, SampleAccount, SETTINGS } from '../../test/sample-account.ts';
import type { DefinitionStep } from './definition.ts';
import { renderPipeline } from './render-pipeline.ts';
import { type ResolveTrainingOptions, resolveTraining } from './resolve-training.ts';
import { stageInputs } from './stage-inputs.ts';
import { startPipeline } from './start-pipeline.ts';
import { trainingFiles } from './training-files.ts';

let account: SampleAccount;
let config: ValidConfig;
beforeEach(async () => {
  account = await SampleAccount.open();
  config = await account.project('pipeline_finetuning_config');
});
afterEach(() => account.close());

const ID = 'meta-textgeneration-llama-2-7b';
const resolve = (options: ResolveTrainingOptions = {}) =>
  resolveTraining(account.connection, graphOf(config), resolveRunners(config), {
    clock: account.aws.clock,
    ...options,
  });
const trainingOf = (training: Awaited<ReturnType<typeof resolve>>, stagedTraining?: ReadonlySet<string>) =>
  renderPipeline(graphOf(config), { ...SETTINGS, training, stagedTraining }).Steps.find(
    ({ Type }) => Type === 'Training',
  )!.Arguments as DefinitionStep['Arguments'] & {
    readonly HyperParameters: Record<string, string>;
    readonly InputDataConfig: { ChannelName: string; DataSource: { S3DataSource: { S3Uri: unknown } } }[];
  };

test('the hub says image, artefacts, script and hyperparameters of a fine-tuning, and the config’s own win', async () => {
  account.aws.control.hubContents.set(`${ID}@3.0.0`, {
    HostingEcrUri: 'serve:1',
    HostingEulaUri: 's3://jumpstart/eula.txt',
    TrainingSupported: true,
    TrainingEcrUri: 'train:2',
    TrainingArtifactUri: 's3://jumpstart/train/model/',
    TrainingPrepackedScriptUri: 's3://jumpstart/train/sourcedir.tar.gz',
    Hyperparameters: [
      { Name: 'epoch', Type: 'int', Default: 5, Scope: 'algorithm' },
      { Name: 'int8_quantization', Type: 'text', Default: 'False', Scope: 'algorithm' },
      { Name: 'sagemaker_program', Type: 'text', Default: 'transfer_learning.py', Scope: 'container' },
      { Name: 'seed', Type: 'int', Scope: 'algorithm' },
    ],
  });
  account.aws.faults.add('DescribeHubContent', { kind: 'throttle' }, 2);
  const training = await resolve();
  expect(Object.values(training)).toMatchObject([{ imageUri: 'train:2', modelUri: 's3://jumpstart/train/model/' }]);
  const { HyperParameters, InputDataConfig, AlgorithmSpecification } = trainingOf(training);
  expect(AlgorithmSpecification).toMatchObject({ TrainingImage: 'train:2' });
  const { finetuning } = config.config.models[0]!;
  expect(HyperParameters).toMatchObject({
    epoch: String(finetuning?.parameters?.epoch ?? 5),
    int8_quantization: 'False',
    sagemaker_program: 'transfer_learning.py',
  });
  expect(HyperParameters).not.toHaveProperty('seed');
  expect(InputDataConfig.map(({ ChannelName }) => ChannelName)).toEqual(['training', 'validation', 'code', 'model']);
});

test('what the hub does not know stands in the public manifest, with the image of the instance’s family', async () => {
  account.aws.control.hubContents.delete(`${ID}@3.0.0`);
  const bucket = 's3://jumpstart-cache-prod-us-east-1';
  const entry = { model_id: ID, version: '3.0.0', spec_key: 'spec.json' };
  account.aws.store.put(`${bucket}/models_manifest.json`, JSON.stringify([entry]));
  const spec = {
    training_artifact_key: 'train/model.tar.gz',
    training_script_key: 'train/sourcedir.tar.gz',
    hyperparameters: [{ name: 'peft_type', default: 'lora' }],
    training_instance_type_variants: {
      regional_aliases: { 'us-east-1': { gpu: 'gpu-train:3' } },
      variants: {
        g5: { regional_properties: { image_uri: '$gpu' } },
        'ml.g5.12xlarge': { properties: { gated_model_key_env_var_value: 'llama/weights.tar.gz' } },
      },
    },
  };
  account.aws.store.put(`${bucket}/spec.json`, JSON.stringify(spec));
  const [found] = Object.values(await resolve());
  expect(found).toEqual({
    imageUri: 'gpu-train:3',
    modelUri: `${bucket}/train/model.tar.gz`,
    scriptUri: `${bucket}/train/sourcedir.tar.gz`,
    hyperparameters: { peft_type: 'lora' },
    environment: { SageMakerGatedModelS3Uri: 's3://jumpstart-private-cache-prod-us-east-1/llama/weights.tar.gz' },
  });
});

test('a model whose parameters are given is not looked up, and one that nobody knows asks for them', async () => {
  const calls = account.aws.calls.length;
  expect(await resolve({ given: ['TrainingImage0'] })).toEqual({});
  expect(account.aws.calls).toHaveLength(calls);
  const training = await resolve({ sources: [] });
  const definition = renderPipeline(graphOf(config), { ...SETTINGS, training });
  const starting = startPipeline(graphOf(config), definition, {
    connection: account.connection,
    roleArn: ROLE,
    parameters: {},
    clock: account.aws.clock,
  });
  await expect(starting).rejects.toMatchObject({
    message: 'the pipeline needs a value for TrainingImage0',
    hint: expect.stringContaining('--parameter TrainingImage0'),
  });
});

test('training data beside the config are uploaded with the inputs, and the job reads them there', async () => {
  const finetuning = config.config.models[0]!.finetuning!;
  for (const path of [finetuning.train_data_path, finetuning.validation_data_path!]) {
    await mkdir(join(account.folder, path), { recursive: true });
    await writeFile(join(account.folder, path, 'rows.jsonl'), `{"of":"${path}"}\n`);
  }
  const graph = graphOf(config);
  const training = await trainingFiles(graph, account.folder);
  const prefix = `assay/${graph.name}`;
  const { inputs, files } = await stageInputs(account.store, prefix, config.text, {}, [], { training });
  expect(files).toBe(4);
  const step = `training/finetune-${config.config.models[0]!.name}`;
  expect(account.aws.store.keys('bkt').filter((key) => key.includes('/training/'))).toEqual([
    `${prefix}/${inputs}/${step}/training/rows.jsonl`,
    `${prefix}/${inputs}/${step}/validation/rows.jsonl`,
  ]);
  const { InputDataConfig } = trainingOf(SETTINGS.training!, new Set(training.map(({ model }) => model)));
  expect(JSON.stringify(InputDataConfig[0])).toContain(`{"Get":"Parameters.Inputs"},"training"`);
  await writeFile(join(account.folder, finetuning.train_data_path, 'rows.jsonl'), 'other');
  const again = await stageInputs(account.store, prefix, config.text, {}, [], { training });
  expect(again.inputs).not.toBe(inputs);
});

test('one of two paths alone is refused, since the other would be looked for in the bucket', async () => {
  await mkdir(join(account.folder, config.config.models[0]!.finetuning!.train_data_path), { recursive: true });
  await expect(trainingFiles(graphOf(config), account.folder)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});
