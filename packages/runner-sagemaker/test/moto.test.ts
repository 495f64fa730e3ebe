import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPipeline, loadConfig, requireValid, resolveRunners } from '@assay/core';
import {
  CreatePipelineCommand,
  DescribePipelineCommand,
  ListEndpointsCommand,
  SageMakerClient,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
});
