import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildPipeline,
  loadConfig,
  type PipelineGraph,
  planRun,
  requireValid,
  resolveRunners,
  runEvaluation,
  type Summary,
  type ValidConfig,
} from '@assay/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runStepHere } from '../../test/in-process-steps.ts';
import type { JobInstance } from '../../test/stand-in/pipelines.ts';
import { type StandIn, startStandIn } from '../../test/stand-in/stand-in.ts';
import { AwsConnection } from '../aws/aws-connection.ts';
import type { SageMakerModel } from '../create-sagemaker-runner.ts';
import { openSageMakerRunner } from '../open-sagemaker-runner.ts';
import { checkAws } from './doctor.ts';
import { downloadResults } from './download-results.ts';
import { renderPipeline } from './render-pipeline.ts';
import type { RenderSettings } from './render-settings.ts';
import { stageInputs } from './stage-inputs.ts';
import { executionId, type StartOptions, startPipeline } from './start-pipeline.ts';
import { stopPipeline, type WatchedExecution, watchPipeline } from './watch-pipeline.ts';

const role = 'arn:aws:iam::123456789012:role/Exec';
const SETTINGS: RenderSettings = {
  bucket: 'bkt',
  roleArn: role,
  imageUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/assay:1',
  training: { 'llama2-7b-finetuned': { imageUri: 'train:1' } },
};
const HUB = {
  HostingEcrUri: 'serve:1',
  HostingArtifactUri: 's3://jumpstart/model/',
  DefaultInferenceInstanceType: 'ml.g5.2xlarge',
};

let aws: StandIn;
let folder: string;
let connection: AwsConnection;
let dying: ((job: JobInstance) => boolean | Promise<boolean>) | undefined;
const settings = () => ({
  region: 'us-east-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  endpoint: aws.url,
});

beforeEach(async () => {
  aws = await startStandIn();
  aws.store.createBucket('bkt');
  aws.pipelines.runJob = (job) =>
    runStepHere(job, { folder, settings: settings(), clock: aws.clock, roleArn: role, die: dying });
  for (const id of [
    'meta-textgeneration-llama-2-7b-f@3.0.0',
    'meta-textgeneration-llama-2-7b@3.0.0',
    'huggingface-llm-falcon-7b-bf16',
  ])
    aws.control.hubContents.set(id, HUB);
  folder = await mkdtemp(join(tmpdir(), 'assay-execute-'));
  connection = new AwsConnection(settings());
  dying = undefined;
});
afterEach(async () => {
  await connection.close();
  await aws.close();
  await rm(folder, { recursive: true, force: true });
});

async function project(name: string, more = ''): Promise<ValidConfig> {
  const source = new URL(`../../../core/fixtures/aws-sample/${name}.yaml`, import.meta.url).pathname;
  const rows = Array.from({ length: 23 }, (_, i) => ({ question: `Question ${i}?`, answer: `${i}<OR>number ${i}` }));
  await writeFile(
    join(folder, 'evaluation_dataset_trivia.jsonl'),
    rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  );
  const file = join(folder, 'evaluation_config.yaml');
  await writeFile(file, `${await readFile(source, 'utf8')}\n${more}\n`);
  return requireValid(await loadConfig(file));
}

const graphOf = (config: ValidConfig): PipelineGraph => buildPipeline(config.config, resolveRunners(config));

/** Uploads and starts, as `assay pipeline start` does. */
async function start(config: ValidConfig, options: Partial<StartOptions> = {}): Promise<string> {
  const graph = graphOf(config);
  const place = { bucket: 'bkt', prefix: `assay/${graph.name}` };
  const plan = await planRun(config, {
    openRunner: async () => Promise.reject(new Error('not here')),
    openHelper: async () => Promise.reject(new Error('not here')),
  });
  const { inputs } = await stageInputs(
    connection,
    place,
    config.text,
    { datasetName: plan.dataset.name },
    plan.dataset.files,
  );
  return startPipeline(graph, renderPipeline(graph, SETTINGS), {
    connection,
    roleArn: role,
    clock: aws.clock,
    ...options,
    parameters: { Inputs: inputs, ...options.parameters },
  });
}

const watch = (arn: string): ReturnType<typeof watchPipeline> => watchPipeline(connection, arn, { clock: aws.clock });
const statuses = ({ steps }: WatchedExecution): Record<string, string> =>
  Object.fromEntries(steps.map(({ name, status }) => [name, status]));

/** Scores as they must be: every third answer of falcon is right, all of the others'. */
function serveModels(): void {
  const answer = (text: string, isRight: boolean): string =>
    isRight ? `The answer is ${/\d+/.exec(text)?.[0]}.` : 'no idea';
  const serve = (endpoint: string, shape: (text: string) => unknown, isRight: (n: number) => boolean): void =>
    aws.runtime.serve(endpoint, ({ body }) => {
      const text = /Question (\d+)/.exec(body.toString())!;
      return { body: JSON.stringify([shape(answer(text[0], isRight(Number(text[1]))))]) };
    });
  serve(
    'llm-eval-meta-textgeneration-llama-2-7b',
    (generation) => ({ generation }),
    () => true,
  );
  serve(
    'llm-eval-meta-textgeneration-llama-2-7b-finetuned',
    (generation) => ({ generation }),
    () => true,
  );
  serve(
    'llm-eval-meta-textgeneration-llama-2-7b-f',
    (content) => ({ generation: { role: 'assistant', content } }),
    () => true,
  );
  serve(
    'llm-eval-huggingface-llm-falcon-7b-bf16',
    (generated_text) => ({ generated_text }),
    (n) => n % 3 === 0,
  );
}

async function drained(): Promise<string[]> {
  await aws.clock.sleep(3_600_000);
  return aws.control.inventory();
}

test.each(['pipeline_config', 'pipeline_finetuning_config', 'pipeline_scale_config', 'pipeline_scale_hybrid_config'])(
  'the sample %s runs to its end by its rendered definition, with real scores, and leaves nothing running',
  async (name) => {
    serveModels();
    const config = await project(name);
    const arn = await start(config);
    const { execution, swept } = await watch(arn);
    expect(
      Object.values(statuses(execution)).every((status) => status === 'Succeeded'),
      JSON.stringify(execution),
    ).toBe(true);
    expect(execution.status).toBe('Succeeded');
    expect(swept.deleted).toEqual([]);
    expect(await drained()).toEqual([]);
    const place = { bucket: 'bkt', prefix: `assay/${graphOf(config).name}` };
    await downloadResults(connection, place, executionId(arn), join(folder, 'results'));
    const summary = JSON.parse(await readFile(join(folder, 'results', 'summary.json'), 'utf8')) as Summary;
    for (const { model, score, value, n } of summary.scores) {
      if (score !== 'factual_knowledge') continue;
      expect([n, value], model).toEqual([23, model === 'falcon-7b' ? 8 / 23 : 1]);
    }
    expect(summary.run).toBe(executionId(arn));
  },
);

test('the summary is that of `assay run` on the same endpoints', async () => {
  serveModels();
  const config = await project('pipeline_scale_config', 'sharding: { shards: 5, instances: 3 }');
  const arn = await start(config);
  expect((await watch(arn)).execution.status).toBe('Succeeded');
  const graph = graphOf(config);
  await downloadResults(
    connection,
    { bucket: 'bkt', prefix: `assay/${graph.name}` },
    executionId(arn),
    join(folder, 'results'),
  );
  await drained();
  const plan = await planRun(config, {
    openRunner: (model) =>
      openSageMakerRunner(model as SageMakerModel, {
        ...settings(),
        clock: aws.clock,
        runId: 'local',
        owner: 'me',
        ledgerFile: join(folder, 'ledger'),
        roleArn: role,
      }),
    openHelper: async () => Promise.reject(new Error('none')),
  });
  await runEvaluation(plan, join(folder, 'local'), {}, new AbortController().signal);
  const scores = async (path: string): Promise<unknown> => {
    const {
      models,
      scores: rows,
      comparisons,
      dataset,
    } = JSON.parse(await readFile(join(path, 'summary.json'), 'utf8')) as Summary;
    return { rows, comparisons, dataset, models: models.map(({ runner: _, ...rest }) => rest) };
  };
  expect(await scores(join(folder, 'results'))).toEqual(await scores(join(folder, 'local')));
});

test('the selected model is registered with its score and all its scores attached', async () => {
  serveModels();
  await watch(await start(await project('pipeline_scale_hybrid_config')));
  const packages = [...aws.control.modelPackages.values()] as Record<string, never>[];
  expect(packages.map(({ ModelPackageGroupName }) => ModelPackageGroupName).toSorted()).toEqual([
    'FMEvaluationBestModel',
    'FMEvaluationFineTunedModel',
  ]);
  const best = packages.find(({ ModelPackageGroupName }) => ModelPackageGroupName === 'FMEvaluationBestModel')!;
  expect(best).toMatchObject({
    ModelApprovalStatus: 'PendingManualApproval',
    CustomerMetadataProperties: { algorithm: 'factual_knowledge', score: '1', n: '23' },
  });
  const uri = (best.ModelMetrics as unknown as { ModelQuality: { Statistics: { S3Uri: string } } }).ModelQuality
    .Statistics.S3Uri;
  expect(JSON.parse(aws.store.get(uri)!.toString()).scores[0].model).toBe('llama2-7b-f');
  const finetuned = packages.find(
    ({ ModelPackageGroupName }) => ModelPackageGroupName === 'FMEvaluationFineTunedModel',
  )!;
  expect(JSON.stringify(finetuned.InferenceSpecification)).toContain(
    'training/finetune-llama2-7b-finetuned/model.tar.gz',
  );
});

test('a gate that fails ends the execution with its reason, and nothing is registered or left', async () => {
  serveModels();
  const more = 'gates: [{ score: factual_knowledge.factual_knowledge, min: 0.9 }]';
  const { execution } = await watch(await start(await project('pipeline_scale_config', more)));
  expect(statuses(execution)).toMatchObject({
    gate: 'Succeeded',
    'gate-failed': 'Failed',
    'cleanup-falcon-7b': 'Succeeded',
  });
  const failure = execution.steps.find(({ name }) => name === 'gate-failed')!.failureReason;
  expect(failure).toContain('falcon-7b: factual_knowledge.factual_knowledge is 0.348');
  expect(aws.control.modelPackages.size).toBe(0);
  expect(await drained()).toEqual([]);
});

test('a threshold can be changed at the start', async () => {
  serveModels();
  const more = 'gates: [{ score: factual_knowledge.factual_knowledge, min: 0.9 }]';
  const { execution } = await watch(
    await start(await project('pipeline_scale_config', more), { parameters: { Gate0Min: 0.1 } }),
  );
  expect(execution.status).toBe('Succeeded');
  expect(aws.control.modelPackages.size).toBe(1);
});

test.each(['preprocess', 'deploy', 'evaluate', 'merge', 'select', 'cleanup'])(
  'when %s dies, no endpoint of the execution survives',
  async (verb) => {
    serveModels();
    aws.control.seedEndpoint('foreign');
    dying = ({ arguments: [step] }) => step === verb;
    const arn = await start(await project('pipeline_scale_config'));
    const { execution } = await watch(arn);
    expect(execution.status).not.toBe('Succeeded');
    expect(await drained()).toEqual(['endpoint foreign', 'endpoint-config foreign', 'model foreign']);
  },
);

test('an endpoint that was there before is evaluated and stays', async () => {
  serveModels();
  aws.control.seedEndpoint('llm-eval-meta-textgeneration-llama-2-7b');
  const before = aws.control.inventory();
  const { execution } = await watch(await start(await project('pipeline_config')));
  expect(execution.status).toBe('Succeeded');
  expect(await drained()).toEqual(before);
});

test('stopping ends the execution, and the watcher deletes what is left', async () => {
  serveModels();
  const config = await project('pipeline_config');
  const controller = { arn: '' };
  dying = async ({ arguments: [step] }) => {
    if (step === 'evaluate') await stopPipeline(connection, controller.arn, aws.clock);
    return step === 'evaluate';
  };
  controller.arn = await start(config);
  const { execution, swept } = await watch(controller.arn);
  expect(execution.status).toBe('Stopped');
  expect(swept.deleted.length).toBeGreaterThan(0);
  expect(await drained()).toEqual([]);
});

test('a second start updates the pipeline, and other inputs go to another place', async () => {
  serveModels();
  const first = await start(await project('pipeline_config'), { parameters: { Limit: '5' } });
  await watch(first);
  const second = await start(await project('pipeline_config', 'seed: 5'));
  await watch(second);
  expect(aws.pipelines.updatesOf('llm-evaluation-single-model')).toBe(1);
  const place = { bucket: 'bkt', prefix: 'assay/llm-evaluation-single-model' };
  await downloadResults(connection, place, executionId(first), join(folder, 'one'));
  await downloadResults(connection, place, executionId(second), join(folder, 'two'));
  const samples = async (name: string): Promise<number> =>
    JSON.parse(await readFile(join(folder, name, 'summary.json'), 'utf8')).dataset.samples;
  expect([await samples('one'), await samples('two')]).toEqual([5, 23]);
  const inputs = new Set(aws.store.keys('bkt').flatMap((key) => /inputs\/(\w+)\//.exec(key)?.[1] ?? []));
  expect(inputs.size).toBe(2);
});

test('what a start lacks is said before anything is created', async () => {
  const config = await project('pipeline_config');
  const graph = graphOf(config);
  const open = (parameters: Record<string, string>) =>
    startPipeline(graph, renderPipeline(graph), { connection, roleArn: role, parameters, clock: aws.clock });
  await expect(open({})).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: 'the pipeline needs a value for Bucket',
  });
  await expect(open({ Bucket: 'b', Nonsense: 'x' })).rejects.toThrow('has no parameter Nonsense');
  expect(aws.calls).toEqual([]);
});

test('results of an execution without a merged run are not there', async () => {
  await expect(downloadResults(connection, { bucket: 'bkt', prefix: 'p' }, 'nothing', folder)).rejects.toMatchObject({
    code: 'RUN_NOT_FOUND',
  });
});

test('the doctor says who calls, what is missing and which statement would mend it', async () => {
  const image = SETTINGS.imageUri!;
  const well = await checkAws(connection, { bucket: 'bkt', roleArn: role, imageUri: image });
  expect(well.map(({ check, ok }) => [check, ok])).toEqual(
    ['identity', 'sagemaker', 'bucket', 'role', 'image'].map((check) => [check, true]),
  );
  aws.faults.add('ListPipelines', { kind: 'access-denied' });
  const ill = await checkAws(connection, {
    bucket: 'nobody',
    roleArn: 'role',
    imageUri: image.replace('us-east-1', 'eu-west-1'),
  });
  expect(ill.filter(({ ok }) => ok).map(({ check }) => check)).toEqual(['identity']);
  expect(ill.find(({ check }) => check === 'sagemaker')?.hint).toContain('"Action":"sagemaker:ListPipelines"');
});
