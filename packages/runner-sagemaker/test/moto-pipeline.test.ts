import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Decision, Summary } from '@assay/core';
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeModelPackageCommand,
  DescribeModelPackageGroupCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AwsConnection } from '../src/aws/aws-connection.ts';
import { S3Bucket } from '../src/aws/s3-bucket.ts';
import { openSageMakerRunner } from '../src/open-sagemaker-runner.ts';
import { LEDGER_FILE } from '../src/ownership/ownership-ledger.ts';
import { checkAws } from '../src/pipeline/doctor.ts';
import { downloadResults } from '../src/pipeline/download-results.ts';
import { stageInputs } from '../src/pipeline/stage-inputs.ts';
import { registerStep } from '../src/steps/register-step.ts';
import { restoreShards } from '../src/steps/restore-shards.ts';
import { collect } from './collect.ts';
import { type Moto, motoMissing, startMoto } from './moto.ts';
import { resolvedModel } from './resolved-model.ts';

const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

const MANIFEST = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
  config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: 7, digest: 'sha256:00' },
  layers: [],
});

describe.skipIf(motoMissing !== undefined)(`moto${motoMissing === undefined ? '' : ` (${motoMissing})`}`, () => {
  let moto: Moto;
  let folder: string;
  let connection: AwsConnection;
  const settings = () => ({
    endpoint: moto.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });

  beforeAll(async () => {
    moto = await startMoto();
    const s3 = new S3Client({ ...settings(), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'bkt' }));
    s3.destroy();
  });
  afterAll(() => moto.stop());
  beforeEach(async () => {
    connection = new AwsConnection(settings());
    folder = await mkdtemp(join(tmpdir(), 'assay-moto-'));
  });
  afterEach(async () => {
    await connection.close();
    await rm(folder, { recursive: true });
  });

  test('inputs are staged, results downloaded and shards restored on S3', async () => {
    const bucket = new S3Bucket(connection, 'bkt');
    const file = join(folder, 'data.jsonl');
    await writeFile(file, '{"q":"größer?"}\n');
    const staged = await stageInputs(bucket, 'p', 'models: []', {}, [{ path: file, sha256: 'x', bytes: 17 }]);
    expect((await bucket.list(`p/${staged.inputs}/`)).map((key) => key.split('/').slice(3).join('/'))).toEqual([
      'config/evaluation_config.yaml',
      'config/step.json',
      'dataset/0000-data.jsonl',
    ]);
    expect(await bucket.get(`p/${staged.inputs}/dataset/0000-data.jsonl`)).toBe('{"q":"größer?"}\n');
    await bucket.put('p/executions/e1/run/summary.json', () => '{"run":"e1"}');
    await bucket.put('p/executions/e1/evaluations/evaluate-m/shard-0/journal.jsonl', () => '{}\n');
    await downloadResults(bucket, 'p', 'e1', join(folder, 'run'));
    expect(await readFile(join(folder, 'run', 'summary.json'), 'utf8')).toBe('{"run":"e1"}');
    const resultsUri = 's3://bkt/p/executions/e1/evaluations/evaluate-m';
    expect(await restoreShards(connection, ['shard-0', 'shard-1'], { resultsUri, folder })).toBe(1);
    expect(await bucket.get('p/nothing')).toBeUndefined();
  });

  test('the doctor sees caller, bucket, a role’s trust and an image', async () => {
    const iam = new IAMClient(settings());
    await iam.send(new CreateRoleCommand({ RoleName: 'Exec', AssumeRolePolicyDocument: JSON.stringify(TRUST) }));
    iam.destroy();
    const ecr = new ECRClient(settings());
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'assay' }));
    await ecr.send(new PutImageCommand({ repositoryName: 'assay', imageTag: '1', imageManifest: MANIFEST }));
    ecr.destroy();
    const imageUri = '123456789012.dkr.ecr.us-east-1.amazonaws.com/assay';
    const roleArn = 'arn:aws:iam::123456789012:role/Exec';
    const findings = await checkAws(connection, { bucket: 'bkt', roleArn, imageUri: `${imageUri}:1` });
    expect(Object.fromEntries(findings.map(({ check, ok }) => [check, ok]))).toMatchObject({
      identity: true,
      bucket: true,
      role: true,
      image: true,
    });
    const ill = await checkAws(connection, { bucket: 'nobodys', roleArn: `${roleArn}2`, imageUri: `${imageUri}:2` });
    expect(Object.fromEntries(ill.map(({ check, ok }) => [check, ok]))).toMatchObject({
      bucket: false,
      role: false,
      image: false,
    });
  });

  test('a model is registered in a group with its scores', async () => {
    const summary = {
      run: 'e1',
      scores: [
        {
          model: 'm',
          algorithm: 'qa',
          score: 'f1',
          category: null,
          n: 50,
          value: 0.5,
          interval: [0.4, 0.6],
          standardError: 0.05,
        },
      ],
    } as unknown as Summary;
    const model = resolvedModel(
      'sagemaker',
      "sagemaker: { image_uri: 'img:1', model_data: 's3://b/m.tar.gz' }\ndeployment_config: { instance_type: ml.m5.xlarge }",
    );
    const arn = await registerStep(model, {
      ...settings(),
      runId: 'e1',
      owner: 'me',
      group: 'Best',
      groupDescription: 'the best',
      summary,
      decision: { selection: { score: 'qa.f1' } } as Decision,
      metricsUri: 's3://bkt/p/executions/e1/metrics',
      reportUri: 's3://bkt/p/executions/e1/run/report.html',
    });
    const client = new SageMakerClient(settings());
    const group = await client.send(new DescribeModelPackageGroupCommand({ ModelPackageGroupName: 'Best' }));
    expect(group.ModelPackageGroupDescription).toBe('the best');
    const made = await client.send(new DescribeModelPackageCommand({ ModelPackageName: arn }));
    expect(made).toMatchObject({
      ModelPackageGroupName: 'Best',
      ModelApprovalStatus: 'PendingManualApproval',
      CustomerMetadataProperties: { score: '0.5', report: 's3://bkt/p/executions/e1/run/report.html' },
    });
    client.destroy();
    const metrics = await new S3Bucket(connection, 'bkt').get('p/executions/e1/metrics/model-quality-m.json');
    expect(JSON.parse(metrics!)).toMatchObject({
      regression_metrics: { 'qa.f1': { value: 0.5, standard_deviation: 0.05 } },
      assay: { run: 'e1', scores: [{ value: 0.5 }] },
    });
  });

  test('an asynchronous endpoint is deployed, asked through S3 and deleted', async () => {
    await fetch(`${moto.url}/moto-api/static/sagemaker/async-endpoint-results`, {
      method: 'POST',
      body: JSON.stringify({
        account_id: '123456789012',
        region: 'us-east-1',
        results: [{ data: '[{"generated_text":"later"}]' }],
      }),
    });
    const model = resolvedModel(
      'sagemaker',
      "endpoint_name: later\nsagemaker: { mode: async, image_uri: 'img:1', model_data: 's3://b/m.tar.gz' }\ndeployment_config: { instance_type: ml.m5.xlarge }",
    );
    const runner = await openSageMakerRunner(model, {
      ...settings(),
      runId: 'moto-async',
      owner: 'me',
      ledgerFile: join(folder, LEDGER_FILE),
      roleArn: 'arn:aws:iam::123456789012:role/Exec',
      aws: { bucket: 'bkt', prefix: 'p' },
    });
    expect(await collect(runner.generate([{ id: 'a', text: 'Q' }], {}))).toMatchObject([{ ok: true, text: 'later' }]);
    await runner.close();
    expect(await new S3Bucket(connection, 'bkt').list('p/async/moto-async/input/')).toHaveLength(1);
  });
});
