import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, requireValid, resolveRunners } from '@assay/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { collect } from '../../test/collect.ts';
import {
  GATED,
  LMI_IMAGE,
  languageModel,
  publishModels,
  SAMPLE_MODELS,
  TGI_IMAGE,
} from '../../test/jumpstart-documents.ts';
import { resolvedModel } from '../../test/resolved-model.ts';
import { type StandIn, startStandIn } from '../../test/stand-in/stand-in.ts';
import { openSageMakerRunner } from '../open-sagemaker-runner.ts';
import { LEDGER_FILE } from '../ownership/ownership-ledger.ts';

let aws: StandIn;
let folder: string;
beforeEach(async () => {
  aws = await startStandIn();
  folder = await mkdtemp(join(tmpdir(), 'assay-jumpstart-'));
  vi.stubEnv('ASSAY_CACHE', join(folder, 'cache'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.close();
  await rm(folder, { recursive: true, force: true });
});

type Model = Parameters<typeof openSageMakerRunner>[0];
type Options = Parameters<typeof openSageMakerRunner>[1];
const notices: string[] = [];
const openModel = (model: Model, options: Partial<Options> = {}) =>
  openSageMakerRunner(model, {
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    endpoint: aws.url,
    clock: aws.clock,
    runId: 'run-1',
    owner: 'me',
    ledgerFile: join(folder, LEDGER_FILE),
    roleArn: 'arn:aws:iam::123456789012:role/Exec',
    deployHooks: { onNotice: ({ text }) => notices.push(text) },
    ...options,
  });
const open = (lines: string, options: Partial<Options> = {}) => openModel(resolvedModel('sagemaker', lines), options);
const LINES = 'model_id: some-model\nendpoint_name: my-endpoint';
const created = (kind: 'model' | 'endpoint-config') => {
  const line = aws.control.inventory().find((each) => each.startsWith(`${kind} `))!;
  return aws.control.inputOf(kind, line.slice(kind.length + 1))!;
};

test('a model of the sample’s own config is deployed, answers and is deleted, with no more than its region given', async () => {
  publishModels(aws.store, SAMPLE_MODELS);
  const file = new URL('../../../core/fixtures/aws-sample/pipeline_scale_config.yaml', import.meta.url).pathname;
  const models = resolveRunners(requireValid(await loadConfig(file)));
  const falcon = models.find(({ name }) => name === 'falcon-7b') as Model;
  aws.runtime.serve('llm-eval-huggingface-llm-falcon-7b-bf16', ({ body }) => ({
    body: JSON.stringify([{ generated_text: `heard ${JSON.parse(body.toString()).inputs}` }]),
  }));
  const runner = await openModel(falcon);
  expect(created('model')).toMatchObject({
    EnableNetworkIsolation: true,
    PrimaryContainer: {
      Image: LMI_IMAGE,
      Environment: { HF_MODEL_ID: '/opt/ml/model', ENDPOINT_SERVER_TIMEOUT: '3600' },
      ModelDataSource: {
        S3DataSource: {
          S3Uri:
            's3://jumpstart-cache-prod-us-east-1/made-up/huggingface-llm-falcon-7b-bf16/artifacts/inference-prepack/v1.0.0/',
        },
      },
    },
  });
  expect(created('endpoint-config').ProductionVariants).toMatchObject([
    { ContainerStartupHealthCheckTimeoutInSeconds: 1200, ModelDataDownloadTimeoutInSeconds: 1200 },
  ]);
  const [answer] = await collect(runner.generate([{ id: 'p', text: 'a question' }], {}));
  expect(answer).toMatchObject({ ok: true, text: 'heard a question' });
  await runner.close();
  await aws.clock.sleep(3_600_000);
  expect(aws.control.inventory()).toEqual([]);
});

test('settings of the instance type reach the container, and what a config does not support is another config’s', async () => {
  publishModels(aws.store, [languageModel('some-model', '1.2.0')]);
  const large = await open(`${LINES}\ndeployment_config: { instance_type: ml.g5.48xlarge }`);
  expect(created('model').PrimaryContainer).toMatchObject({ Environment: { OPTION_TENSOR_PARALLEL_DEGREE: '8' } });
  expect(created('endpoint-config').ProductionVariants).not.toHaveProperty('0.VolumeSizeInGB');
  await large.close();
  const wanted = `${LINES}\ndeployment_config: { instance_type: ml.p4d.24xlarge }`;
  const other = await open(wanted);
  expect(created('model').PrimaryContainer).toMatchObject({ Image: TGI_IMAGE });
  expect(notices.at(-1)).toContain('tgi is taken: lmi does not support ml.p4d.24xlarge');
  await other.close();
  const first = await open(`${wanted}\nsagemaker: { config: first-ranked }`);
  expect(created('model').PrimaryContainer).toMatchObject({ Image: LMI_IMAGE });
  await first.close();
  await expect(open(`${LINES}\nsagemaker: { config: tfi }`)).rejects.toMatchObject({
    code: 'MODEL_NOT_FOUND',
    hint: 'it has tgi, lmi',
  });
});

test('without a template the model is asked as its document’s example asks, and read where that says', async () => {
  publishModels(aws.store, [languageModel('some-model', '1.2.0')]);
  const bodies: unknown[] = [];
  aws.runtime.serve('my-endpoint', ({ body }) => {
    bodies.push(JSON.parse(body.toString()));
    return { body: JSON.stringify({ generated_text: 'yes' }) };
  });
  const runner = await open(`${LINES}\nevaluation_config: { inference_parameters: { temperature: 0.1 } }`);
  expect(await collect(runner.generate([{ id: 'p', text: 'well?' }], {}))).toMatchObject([{ text: 'yes' }]);
  expect(bodies).toEqual([{ inputs: 'well?', parameters: { max_new_tokens: 64, temperature: 0.1 } }]);
  await runner.close();
});

test('a licence needs a written consent, that of a draft model its own', async () => {
  const drafts = {
    hosting_additional_data_sources: {
      speculative_decoding: [
        {
          channel_name: 'draft_model',
          hosting_eula_key: 'made-up/draft-eula.txt',
          provider: { name: 'JumpStart', classification: 'gated' },
          s3_data_source: { compression_type: 'None', s3_data_type: 'S3Prefix', s3_uri: 'made-up/draft/' },
        },
      ],
    },
  };
  publishModels(aws.store, [languageModel('some-model', '1.2.0', { ...GATED, ...drafts })]);
  await expect(open(LINES)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    hint: expect.stringContaining('https://jumpstart-cache-prod-us-east-1.s3.us-east-1.amazonaws.com/made-up/eula.txt'),
  });
  await expect(open(`${LINES}\nsagemaker: { accept_eula: false }`, { acceptEula: true })).rejects.toThrow('licence');
  await expect(open(`${LINES}\nsagemaker: { accept_eula: true }`)).rejects.toThrow('draft_model');
  expect(aws.control.inventory()).toEqual([]);
  const runner = await open(`${LINES}\nsagemaker: { accept_eula: true, accept_additional_eula: true }`);
  const gated = 's3://jumpstart-private-cache-prod-us-east-1/made-up';
  expect(created('model').PrimaryContainer).toMatchObject({
    ModelDataSource: { S3DataSource: { ModelAccessConfig: { AcceptEula: true } } },
    AdditionalModelDataSources: [
      { S3DataSource: { S3Uri: `${gated}/draft/`, ModelAccessConfig: { AcceptEula: true } } },
    ],
  });
  await runner.close();
});

test('a deprecated model is told and deployed; one that needs repacking is refused by name', async () => {
  const deprecated = { deprecated: true, deprecated_message: 'take the next one' };
  const scripted = { hosting_prepacked_artifact_key: null, hosting_use_script_uri: true };
  publishModels(aws.store, [
    languageModel('some-model', '1.2.0', deprecated),
    languageModel('scripted', '1.0.0', { ...scripted, inference_configs: null, hosting_instance_type_variants: null }),
  ]);
  await (await open(LINES)).close();
  expect(notices).toContain('take the next one');
  await expect(open('model_id: scripted\ndeployment_config: { instance_type: ml.g5.2xlarge }')).rejects.toMatchObject({
    code: 'MODEL_NOT_FOUND',
  });
});

test('versions: a prefix takes the newest that the emulated SDK may use', async () => {
  const newer = languageModel('some-model', '2.11.0', { min_sdk_version: '2.999.0' });
  publishModels(aws.store, [
    ...['1.9.0', '2.9.0', '2.10.1'].map((version) => languageModel('some-model', version)),
    newer,
  ]);
  const runner = await open(`${LINES}\nmodel_version: "2.*"`);
  expect(runner.id).toMatch(/^sagemaker:some-model@2\.10\.1\/lmi\+sha256:[0-9a-f]{64}#/);
  await runner.close();
  await expect(open(`${LINES}\nmodel_version: "2.11.0"`)).rejects.toThrow('2.999.0');
  await expect(open(`${LINES}\nmodel_version: "9.*"`)).rejects.toThrow('no version 9.*');
  await expect(open('model_id: nobody\nendpoint_name: e')).rejects.toThrow(
    'models_manifest.json and SageMakerPublicHub',
  );
});

const PASCAL = (document: unknown): unknown => {
  if (Array.isArray(document)) return document.map(PASCAL);
  if (typeof document !== 'object' || document === null) return document;
  return Object.fromEntries(
    Object.entries(document).map(([key, value]) => {
      const keepsKeys = ['environment_variables', 'body', 'output_keys'].includes(key);
      const isName = /^(ml\.|g\d|p\d|lmi|tgi|overall|first)/.test(key);
      const name = isName ? key : key.replaceAll(/(^|_)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
      return [name, keepsKeys ? value : PASCAL(value)];
    }),
  );
};

/** The same model as the content of a hub: Pascal case, URIs, images without aliases, flat time-outs. */
function hubModel(): Record<string, unknown> {
  const document = languageModel('some-model', '1.2.0') as { inference_config_components: Record<string, object> };
  const components = Object.fromEntries(
    Object.entries(document.inference_config_components).map(([name, component]) => [
      name,
      {
        ...component,
        deploy_kwargs: undefined,
        model_data_download_timeout: 1800,
        hosting_prepacked_artifact_key: undefined,
        hosting_artifact_uri: 's3://jumpstart-cache-prod-us-east-1/made-up/hub/',
        hosting_instance_type_variants: { variants: { g5: { properties: { image_uri: LMI_IMAGE } } } },
      },
    ]),
  );
  const { hosting_prepacked_artifact_key: _, ...rest } = {
    ...document,
    inference_config_components: components,
  } as Record<string, unknown>;
  return PASCAL({
    ...rest,
    hosting_eula_uri: 's3://jumpstart-cache-prod-us-east-1/made-up/eula.txt',
    gated_bucket: true,
  }) as Record<string, unknown>;
}

test('a private hub’s reference is read by pages of versions, and its weights through the reference', async () => {
  for (const version of ['1.0.0', '1.1.0', '1.2.0', '2.0.0'])
    aws.control.hubContents.set(`my-hub/ModelReference/some-model@${version}`, hubModel());
  const runner = await open(`${LINES}\nmodel_version: "1.*"\nsagemaker: { hub: my-hub, accept_eula: true }`);
  const arn = 'arn:aws:sagemaker:us-east-1:123456789012:hub-content/my-hub/ModelReference/some-model/1.2.0';
  expect(created('model').PrimaryContainer).toMatchObject({
    Image: LMI_IMAGE,
    ModelDataSource: {
      S3DataSource: {
        S3Uri: 's3://jumpstart-cache-prod-us-east-1/made-up/hub/',
        ModelAccessConfig: { AcceptEula: true },
        HubAccessConfig: { HubContentArn: arn },
      },
    },
  });
  expect(created('model').Tags).toContainEqual({ Key: 'sagemaker-sdk:hub-content-arn', Value: arn });
  expect(created('endpoint-config').ProductionVariants).toMatchObject([{ ModelDataDownloadTimeoutInSeconds: 1800 }]);
  await runner.close();
});

test('where the bucket cannot be read the public hub answers', async () => {
  aws.control.hubContents.set('SageMakerPublicHub/Model/some-model@1.2.0', hubModel());
  const runner = await open(`${LINES}\nsagemaker: { accept_eula: true }`);
  expect(created('model').PrimaryContainer).toMatchObject({ Image: LMI_IMAGE });
  expect(created('model').PrimaryContainer).not.toHaveProperty('ModelDataSource.S3DataSource.HubAccessConfig');
  await runner.close();
});

test('a document that was used is kept by its digest, and a config that names it gets that one again', async () => {
  publishModels(aws.store, [languageModel('some-model', '1.2.0')]);
  await (await open(LINES)).close();
  const [kept] = await readdir(join(folder, 'cache', 'jumpstart'));
  const digest = `sha256:${/us-east-1-(\w+)\.json/.exec(kept!)![1]}`;
  publishModels(aws.store, [languageModel('some-model', '1.2.0', { hosting_eula_key: 'new.txt' })]);
  const pinned = `${LINES}\nsagemaker: { document_digest: "${digest}" }`;
  await (await open(pinned)).close();
  vi.stubEnv('ASSAY_CACHE', join(folder, 'another'));
  await expect(open(pinned)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND', hint: expect.stringContaining(digest) });
});
