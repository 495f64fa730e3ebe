import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { planRun, runEvaluation, runFolder, type Summary } from '@assay/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { graphOf, ROLE, SampleAccount, statuses } from '../../test/sample-account.ts';
import type { SageMakerModel } from '../create-sagemaker-runner.ts';
import { openSageMakerRunner } from '../open-sagemaker-runner.ts';
import { downloadResults } from './download-results.ts';
import { renderPipeline } from './render-pipeline.ts';
import { executionId, startPipeline } from './start-pipeline.ts';
import { stopPipeline } from './watch-pipeline.ts';

let account: SampleAccount;
beforeEach(async () => {
  account = await SampleAccount.open();
});
afterEach(() => account.close());

test.each(['pipeline_config', 'pipeline_finetuning_config', 'pipeline_scale_config', 'pipeline_scale_hybrid_config'])(
  'the sample %s runs to its end by its rendered definition, with real scores, and leaves nothing running',
  async (name) => {
    account.serveModels();
    const config = await account.project(name);
    const arn = await account.start(config);
    const { execution, swept } = await account.watch(arn);
    expect(
      Object.values(statuses(execution)).every((status) => status === 'Succeeded'),
      JSON.stringify(execution),
    ).toBe(true);
    expect(execution.status).toBe('Succeeded');
    expect(swept.deleted).toEqual([]);
    expect(await account.drained()).toEqual([]);
    await downloadResults(
      account.store,
      `assay/${graphOf(config).name}`,
      executionId(arn),
      join(account.folder, 'results'),
    );
    const summary = JSON.parse(await readFile(join(account.folder, 'results', 'summary.json'), 'utf8')) as Summary;
    for (const { model, score, value, n } of summary.scores) {
      if (score !== 'factual_knowledge') continue;
      expect([n, value], model).toEqual([23, model === 'falcon-7b' ? 8 / 23 : 1]);
    }
    expect(summary.run).toBe(executionId(arn));
  },
);

test('the summary is that of `assay run` on the same endpoints', async () => {
  account.serveModels();
  const config = await account.project('pipeline_scale_config', 'sharding: { shards: 5, instances: 3 }');
  const arn = await account.start(config);
  expect((await account.watch(arn)).execution.status).toBe('Succeeded');
  const graph = graphOf(config);
  await downloadResults(account.store, `assay/${graph.name}`, executionId(arn), join(account.folder, 'results'));
  await account.drained();
  const plan = await planRun(config, {
    openRunner: (model) =>
      openSageMakerRunner(model as SageMakerModel, {
        ...account.settings,
        clock: account.aws.clock,
        runId: 'local',
        owner: 'me',
        ledgerFile: join(account.folder, 'ledger'),
        roleArn: ROLE,
      }),
    openHelper: async () => Promise.reject(new Error('none')),
  });
  await runEvaluation(plan, join(account.folder, 'local'), {}, new AbortController().signal);
  const scores = async (path: string): Promise<unknown> => {
    const {
      models,
      scores: rows,
      comparisons,
      dataset,
    } = JSON.parse(await readFile(join(path, 'summary.json'), 'utf8')) as Summary;
    return { rows, comparisons, dataset, models: models.map(({ runner: _, ...rest }) => rest) };
  };
  expect(await scores(join(account.folder, 'results'))).toEqual(await scores(join(account.folder, 'local')));
});

test('the selected model is registered with its score and all its scores attached', async () => {
  account.serveModels();
  await account.watch(await account.start(await account.project('pipeline_scale_hybrid_config')));
  const packages = [...account.aws.control.modelPackages.values()] as Record<string, never>[];
  expect(packages.map(({ ModelPackageGroupName }) => ModelPackageGroupName).toSorted()).toEqual([
    'FMEvaluationBestModel',
    'FMEvaluationFineTunedModel',
  ]);
  const best = packages.find(({ ModelPackageGroupName }) => ModelPackageGroupName === 'FMEvaluationBestModel')!;
  expect(best).toMatchObject({
    ModelApprovalStatus: 'PendingManualApproval',
    CustomerMetadataProperties: {
      algorithm: 'factual_knowledge',
      score: '1',
      n: '23',
      report: expect.stringMatching(/\/run\/report\.html$/),
    },
  });
  const uri = (best.ModelMetrics as unknown as { ModelQuality: { Statistics: { S3Uri: string } } }).ModelQuality
    .Statistics.S3Uri;
  expect(JSON.parse(account.aws.store.get(uri)!.toString()).assay.scores[0].model).toBe('llama2-7b-f');
  const finetuned = packages.find(
    ({ ModelPackageGroupName }) => ModelPackageGroupName === 'FMEvaluationFineTunedModel',
  )!;
  expect(JSON.stringify(finetuned.InferenceSpecification)).toMatch(/training\/\d\/model\.tar\.gz/);
});

test('a group carries description and tags, and a registration whose answer is lost is not made twice', async () => {
  account.serveModels();
  account.aws.faults.add('CreateModelPackage', { kind: 'reset-after' });
  const more =
    'model_registry: { model_package_group_name: Best, model_package_group_description: "The best,\\nby far" }';
  const arn = await account.start(await account.project('pipeline_config', more));
  expect((await account.watch(arn)).execution.status).toBe('Succeeded');
  expect(account.aws.control.groups.get('Best')).toMatchObject({
    ModelPackageGroupDescription: 'The best, by far',
    Tags: [
      { Key: 'assay:run-id', Value: executionId(arn) },
      { Key: 'assay:owner', Value: 'me' },
    ],
  });
  expect(account.aws.control.modelPackages.size).toBe(1);
});

test('a gate that fails ends the execution with its reason, and nothing is registered or left', async () => {
  account.serveModels();
  const more = 'gates: [{ score: factual_knowledge.factual_knowledge, min: 0.9 }]';
  const { execution } = await account.watch(await account.start(await account.project('pipeline_scale_config', more)));
  expect(statuses(execution)).toMatchObject({
    gate: 'Succeeded',
    'gate-failed': 'Failed',
    'cleanup-falcon-7b': 'Succeeded',
  });
  const failure = execution.steps.find(({ name }) => name === 'gate-failed')!.failureReason;
  expect(failure).toContain('falcon-7b: factual_knowledge.factual_knowledge is 0.348');
  expect(account.aws.control.modelPackages.size).toBe(0);
  expect(await account.drained()).toEqual([]);
});

test('a regression gate finds its baseline run in the container', async () => {
  account.serveModels();
  const config = await account.project('pipeline_config');
  const parameters = { Limit: '8' };
  const first = await account.start(config, { parameters });
  await account.watch(first);
  const before = join(account.folder, 'before');
  await downloadResults(account.store, `assay/${graphOf(config).name}`, executionId(first), before);
  const more = 'gates: [{ score: factual_knowledge.factual_knowledge, max_regression: 0.6, baseline: runs/before }]';
  const again = await account.project('pipeline_config', more);
  const baselines = new Map([['runs/before', runFolder(before)]]);
  // What a journal names beside it goes with it.
  await mkdir(runFolder(before).parts);
  await writeFile(join(runFolder(before).parts, 'a.parquet'), 'a part');
  const same = await account.watch(await account.start(again, { parameters, baselines }));
  expect(statuses(same.execution)).toMatchObject({ gate: 'Succeeded' });
  expect(same.execution.status).toBe('Succeeded');
  expect(account.aws.store.keys('bkt').filter((key) => key.endsWith('/baseline-0/parts/a.parquet'))).toHaveLength(1);
  account.aws.runtime.serve('llm-eval-meta-textgeneration-llama-2-7b', () => ({ body: '[{"generation":"no idea"}]' }));
  const worse = await account.watch(await account.start(again, { parameters, baselines }));
  expect(worse.execution.steps.find(({ name }) => name === 'gate-failed')?.failureReason).toContain(
    'not worse by more than 0.6 required',
  );
}, 60_000);

test('a threshold can be changed at the start', async () => {
  account.serveModels();
  const more = 'gates: [{ score: factual_knowledge.factual_knowledge, min: 0.9 }]';
  const { execution } = await account.watch(
    await account.start(await account.project('pipeline_scale_config', more), { parameters: { Gate0Min: 0.1 } }),
  );
  expect(execution.status).toBe('Succeeded');
  expect(account.aws.control.modelPackages.size).toBe(1);
});

test.each(['preprocess', 'deploy', 'evaluate', 'merge', 'select', 'cleanup'])(
  'when %s dies, no endpoint of the execution survives',
  async (verb) => {
    account.serveModels();
    account.aws.control.seedEndpoint('foreign');
    account.trouble = { die: ({ arguments: [step] }) => step === verb };
    const arn = await account.start(await account.project('pipeline_scale_config'));
    const { execution } = await account.watch(arn);
    expect(execution.status).not.toBe('Succeeded');
    expect(await account.drained()).toEqual(['endpoint foreign', 'endpoint-config foreign', 'model foreign']);
  },
);

test('an endpoint that was there before is evaluated and stays', async () => {
  account.serveModels();
  account.aws.control.seedEndpoint('llm-eval-meta-textgeneration-llama-2-7b');
  const before = account.aws.control.inventory();
  const { execution } = await account.watch(await account.start(await account.project('pipeline_config')));
  expect(execution.status).toBe('Succeeded');
  expect(await account.drained()).toEqual(before);
});

test('stopping ends the execution, and the watcher deletes what is left', async () => {
  account.serveModels();
  const config = await account.project('pipeline_config');
  const controller = { arn: '' };
  account.trouble = {
    die: async ({ arguments: [step] }) => {
      if (step === 'evaluate') await stopPipeline(account.connection, controller.arn, account.aws.clock);
      return step === 'evaluate';
    },
  };
  controller.arn = await account.start(config);
  const { execution, swept } = await account.watch(controller.arn);
  expect(execution.status).toBe('Stopped');
  expect(swept.deleted.length).toBeGreaterThan(0);
  expect(await account.drained()).toEqual([]);
});

test('a second start updates the pipeline, and other inputs go to another place', async () => {
  account.serveModels();
  const first = await account.start(await account.project('pipeline_config'), { parameters: { Limit: '5' } });
  await account.watch(first);
  const second = await account.start(await account.project('pipeline_config', 'seed: 5'));
  await account.watch(second);
  expect(account.aws.pipelines.updatesOf('llm-evaluation-single-model')).toBe(1);
  const prefix = 'assay/llm-evaluation-single-model';
  await downloadResults(account.store, prefix, executionId(first), join(account.folder, 'one'));
  await downloadResults(account.store, prefix, executionId(second), join(account.folder, 'two'));
  const samples = async (name: string): Promise<number> =>
    JSON.parse(await readFile(join(account.folder, name, 'summary.json'), 'utf8')).dataset.samples;
  expect([await samples('one'), await samples('two')]).toEqual([5, 23]);
  const inputs = new Set(account.aws.store.keys('bkt').flatMap((key) => /inputs\/(\w+)\//.exec(key)?.[1] ?? []));
  expect(inputs.size).toBe(2);
});

test('what a start lacks is said before anything is created', async () => {
  const config = await account.project('pipeline_config');
  const graph = graphOf(config);
  const open = (parameters: Record<string, string>) =>
    startPipeline(graph, renderPipeline(graph), {
      connection: account.connection,
      roleArn: ROLE,
      parameters,
      clock: account.aws.clock,
    });
  await expect(open({})).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: 'the pipeline needs a value for Bucket',
  });
  await expect(open({ Bucket: 'b', Nonsense: 'x' })).rejects.toThrow('has no parameter Nonsense');
  expect(account.aws.calls).toEqual([]);
});

test('results of an execution without a merged run are not there', async () => {
  await expect(downloadResults(account.store, 'p', 'nothing', account.folder)).rejects.toMatchObject({
    code: 'RUN_NOT_FOUND',
  });
});
