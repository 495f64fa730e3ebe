import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveRunners, type ValidConfig } from '@assay/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GATED, languageModel, publishModels, TRAINABLE, TRAINING_IMAGE } from '../../test/jumpstart-documents.ts';
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
const publish = (more: Readonly<Record<string, unknown>>): void =>
  publishModels(account.aws.store, [languageModel(ID, '3.0.0', more)]);
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

test('the document says image, artefacts, script and hyperparameters of a fine-tuning, and the config’s own win', async () => {
  account.aws.faults.add('GetObject', { kind: 'throttle' }, 2);
  const training = await resolve();
  expect(Object.values(training)).toMatchObject([{ imageUri: TRAINING_IMAGE, region: 'us-east-1' }]);
  const step = trainingOf(training) as DefinitionStep['Arguments'] & Record<string, unknown>;
  expect(step.AlgorithmSpecification).toMatchObject({
    TrainingImage: TRAINING_IMAGE,
    MetricDefinitions: [{ Name: 'made-up:eval-loss', Regex: 'eval_loss=([0-9\\.]+)' }],
  });
  const { finetuning } = config.config.models[0]!;
  expect(step.HyperParameters).toMatchObject({
    epoch: JSON.stringify(String(finetuning?.parameters?.epoch ?? 5)),
    sagemaker_program: '"transfer_learning.py"',
    sagemaker_submit_directory: '"/opt/ml/input/data/code/sourcedir.tar.gz"',
    sagemaker_region: '"us-east-1"',
  });
  expect(step).toMatchObject({
    EnableNetworkIsolation: true,
    EnableInterContainerTrafficEncryption: true,
    StoppingCondition: { MaxRuntimeInSeconds: 360_000 },
    OutputDataConfig: { CompressionType: 'NONE' },
  });
});

const channelsOf = (training: Awaited<ReturnType<typeof resolve>>) =>
  Object.fromEntries(
    trainingOf(training).InputDataConfig.map(({ ChannelName, DataSource }) => [ChannelName, DataSource.S3DataSource]),
  );

test('a licence is accepted on the channel of the model, where it has one, and only if the config says so', async () => {
  const channels = channelsOf(await resolve());
  expect(Object.keys(channels)).toEqual(['training', 'validation', 'model', 'code']);
  expect(channels.model).toMatchObject({
    S3Uri: 's3://jumpstart-private-cache-prod-us-east-1/made-up/train.tar.gz',
    ModelAccessConfig: { AcceptEula: true },
  });
  expect(trainingOf(await resolve())).not.toHaveProperty('Environment.accept_eula');
});

test('weights that the container reads by the environment are accepted there', async () => {
  const table = TRAINABLE.training_instance_type_variants as { readonly variants: object };
  const gated = { properties: { gated_model_key_env_var_value: 'made-up/weights.tar.gz' } };
  const own = { ...table, variants: { ...table.variants, 'ml.g5.12xlarge': gated } };
  publish({ ...GATED, ...TRAINABLE, training_instance_type_variants: own });
  const training = await resolve();
  expect(Object.keys(channelsOf(training))).toEqual(['training', 'validation', 'code']);
  expect(trainingOf(training)).toMatchObject({
    Environment: {
      accept_eula: 'true',
      SageMakerGatedModelS3Uri: 's3://jumpstart-private-cache-prod-us-east-1/made-up/weights.tar.gz',
    },
  });
});

test('a hyperparameter outside what the document allows is refused before anything starts', async () => {
  const specs = TRAINABLE.hyperparameters as readonly { readonly name: string }[];
  publish({
    ...GATED,
    ...TRAINABLE,
    hyperparameters: specs.map((each) => (each.name === 'epoch' ? { ...each, max: 0 } : each)),
  });
  await expect(resolve()).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('epoch must be at most 0'),
  });
});

test('a model that AWS does not fine-tune is refused by name', async () => {
  publish(GATED);
  await expect(resolve()).rejects.toMatchObject({
    code: 'MODEL_NOT_FOUND',
    message: `JumpStart’s ${ID} 3.0.0 cannot be fine-tuned`,
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
