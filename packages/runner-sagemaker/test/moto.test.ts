import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPipeline, fetchRemote, loadConfig, requireValid, resolveRunners, type Summary } from '@assay/core';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreatePipelineCommand,
  DescribePipelineCommand,
  ListEndpointsCommand,
  ListModelsCommand,
  ListTransformJobsCommand,
  SageMakerClient,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AwsConnection } from '../src/aws/aws-connection.ts';
import { S3ObjectStore } from '../src/aws/s3-object-store.ts';
import { publishScores } from '../src/monitor/publish-scores.ts';
import { openSageMakerRunner } from '../src/open-sagemaker-runner.ts';
import { LEDGER_FILE } from '../src/ownership/ownership-ledger.ts';
import { renderPipeline } from '../src/pipeline/render-pipeline.ts';
import { collect } from './collect.ts';
import { type Moto, motoMissing, startMoto } from './moto.ts';
import { resolvedModel } from './resolved-model.ts';

const role = 'arn:aws:iam::123456789012:role/Exec';

describe.skipIf(motoMissing !== undefined)(`moto${motoMissing === undefined ? '' : ` (${motoMissing})`}`, () => {
  let moto: Moto;
  let client: SageMakerClient;
  const settings = () => ({
    endpoint: moto.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });

  beforeAll(async () => {
    moto = await startMoto();
    client = new SageMakerClient(settings());
  });
  afterAll(async () => {
    client.destroy();
    await moto.stop();
  });

  test.each(['pipeline_config', 'pipeline_finetuning_config', 'pipeline_scale_config', 'pipeline_scale_hybrid_config'])(
    'CreatePipeline takes the definition of %s, and an execution starts',
    async (name) => {
      const file = new URL(`../../core/fixtures/aws-sample/${name}.yaml`, import.meta.url).pathname;
      const config = requireValid(await loadConfig(file));
      const graph = buildPipeline(config.config, resolveRunners(config));
      const body = JSON.stringify(renderPipeline(graph, { bucket: 'b', roleArn: role, imageUri: 'i:1' }));
      const created = await client.send(
        new CreatePipelineCommand({
          PipelineName: graph.name,
          PipelineDefinition: body,
          RoleArn: role,
          ClientRequestToken: 'x'.repeat(32),
        }),
      );
      expect(created.PipelineArn).toContain(graph.name);
      const described = await client.send(new DescribePipelineCommand({ PipelineName: graph.name }));
      expect(described.PipelineDefinition).toBe(body);
      const started = await client.send(
        new StartPipelineExecutionCommand({ PipelineName: graph.name, ClientRequestToken: 'y'.repeat(32) }),
      );
      expect(started.PipelineExecutionArn).toContain(graph.name);
    },
  );

  test('a model is deployed, asked and deleted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-moto-'));
    const results = {
      account_id: '123456789012',
      region: 'us-east-1',
      results: [{ Body: '[{"generated_text":"from moto"}]' }],
    };
    await fetch(`${moto.url}/moto-api/static/sagemaker/endpoint-results`, {
      method: 'POST',
      body: JSON.stringify(results),
    });
    const model = resolvedModel(
      'sagemaker',
      "endpoint_name: at-moto\nsagemaker: { image_uri: 'img:1', model_data: 's3://b/m.tar.gz' }\ndeployment_config: { instance_type: ml.m5.xlarge }",
    );
    const runner = await openSageMakerRunner(model, {
      ...settings(),
      runId: 'moto-run',
      owner: 'me',
      ledgerFile: join(folder, LEDGER_FILE),
      roleArn: role,
    });
    expect(await collect(runner.generate([{ id: 'a', text: 'Q' }], {}))).toMatchObject([
      { ok: true, text: 'from moto' },
    ]);
    await runner.close();
    expect((await client.send(new ListEndpointsCommand({}))).Endpoints).toEqual([]);
    await rm(folder, { recursive: true });
  });

  test('CloudWatch takes a run’s figures and gives them back', async () => {
    const { CloudWatchClient, GetMetricStatisticsCommand } = await import('@aws-sdk/client-cloudwatch');
    const connection = new AwsConnection(settings());
    const ended = new Date(Date.now() - 60_000);
    const figure = {
      model: 'm',
      algorithm: 'qa',
      score: 'f1',
      category: null,
      n: 50,
      value: 0.5,
      interval: [0.4, 0.6],
    };
    const summary = {
      scores: [figure],
      dataset: { name: 'd' },
      models: [{ name: 'm', states: { scored: 50 } }],
      timing: { endedAt: ended.toISOString() },
    } as unknown as Summary;
    expect(await publishScores(connection, summary, { namespace: 'Team/Eval' })).toBe(5);
    const cloudwatch = new CloudWatchClient(settings());
    const { Datapoints } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'Team/Eval',
        MetricName: 'qa.f1.lower',
        Dimensions: [
          { Name: 'Model', Value: 'm' },
          { Name: 'Dataset', Value: 'd' },
        ],
        StartTime: new Date(ended.getTime() - 600_000),
        EndTime: new Date(ended.getTime() + 600_000),
        Period: 60,
        Statistics: ['Average'],
      }),
    );
    expect(Datapoints?.map(({ Average }) => Average)).toEqual([0.4]);
    cloudwatch.destroy();
    await connection.close();
  });

  test('the data files of a folder are listed over all pages and read, a range and a changed object told', async () => {
    const s3 = new S3Client({ ...settings(), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'own-data' }));
    for (const Key of ['a/2.jsonl', 'a/1.jsonl', 'b/1.jsonl'])
      await s3.send(new PutObjectCommand({ Bucket: 'own-data', Key, Body: `of ${Key}` }));
    const store = new S3ObjectStore(settings());
    const cacheDir = await mkdtemp(join(tmpdir(), 'assay-moto-data-'));
    const env = { AWS_ENDPOINT_URL: moto.url };
    const files = await fetchRemote('s3://own-data/a/', { cacheDir, env, openStore: async () => store });
    expect(await Promise.all(files.map((file) => readFile(file, 'utf8')))).toEqual(['of a/1.jsonl', 'of a/2.jsonl']);
    const { etag = '', md5 } = (await store.head('own-data', 'a/1.jsonl')) ?? {};
    expect(etag).toBe(`"${md5}"`);
    const part = await store.get('own-data', 'a/1.jsonl', { etag, range: 'bytes=3-' });
    expect([part.status, await part.text()]).toEqual([206, 'a/1.jsonl']);
    expect((await store.get('own-data', 'a/1.jsonl', { etag: '"other"' })).status).toBe(412);
    expect(await store.head('own-data', 'none')).toBeUndefined();
    await store.close();
    s3.destroy();
    await rm(cacheDir, { recursive: true });
  });

  test('Batch Transform takes the job, whose model is deleted again; moto writes no output, which is told', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-moto-'));
    const s3 = new S3Client({ ...settings(), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'transform-bucket' }));
    s3.destroy();
    const model = resolvedModel(
      'sagemaker',
      "sagemaker: { mode: transform, image_uri: 'img:1', model_data: 's3://b/m.tar.gz' }\ndeployment_config: { instance_type: ml.m5.xlarge }",
    );
    const runner = await openSageMakerRunner(model, {
      ...settings(),
      runId: 'moto-transform',
      owner: 'me',
      ledgerFile: join(folder, LEDGER_FILE),
      roleArn: role,
      aws: { bucket: 'transform-bucket' },
    });
    await expect(collect(runner.generate([{ id: 'a', text: 'Q' }], {}))).rejects.toMatchObject({
      message: expect.stringContaining('ended as Completed without any output'),
    });
    await runner.close();
    const { TransformJobSummaries } = await client.send(new ListTransformJobsCommand({}));
    expect(TransformJobSummaries?.map(({ TransformJobName }) => TransformJobName)).toHaveLength(1);
    expect((await client.send(new ListModelsCommand({}))).Models).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
