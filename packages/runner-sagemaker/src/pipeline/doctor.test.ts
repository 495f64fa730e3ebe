import type { InstanceUse } from '@assay/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { graphOf, ROLE, SampleAccount, SETTINGS } from '../../test/sample-account.ts';
import { requireBucketRegion } from '../aws/bucket-region.ts';
import { checkAws, type DoctorOptions } from './doctor.ts';
import { renderPipeline } from './render-pipeline.ts';

let account: SampleAccount;
beforeEach(async () => {
  account = await SampleAccount.open();
});
afterEach(() => account.close());

const check = (options: DoctorOptions = {}) =>
  checkAws(account.connection, {
    bucket: 'bkt',
    roleArn: ROLE,
    imageUri: SETTINGS.imageUri,
    clock: account.aws.clock,
    ...options,
  });

test('the doctor says who calls, what is missing and which statement would fix it', async () => {
  const well = await check();
  expect(well.map(({ check: name, ok }) => [name, ok])).toEqual(
    ['identity', 'sagemaker', 'bucket', 'role', 'image'].map((name) => [name, true]),
  );
  account.aws.faults.add('ListPipelines', { kind: 'access-denied' });
  const ill = await check({
    bucket: 'nobody',
    roleArn: 'role',
    imageUri: SETTINGS.imageUri!.replace('us-east-1', 'eu-west-1'),
  });
  expect(ill.filter(({ ok }) => ok).map(({ check: name }) => name)).toEqual(['identity']);
  expect(ill.find(({ check: name }) => name === 'sagemaker')?.hint).toContain('"Action":"sagemaker:ListPipelines"');
});

test('an image is looked for in ECR, and one may not be allowed to', async () => {
  const image = async () => (await check()).find(({ check: name }) => name === 'image');
  expect(await image()).toMatchObject({ ok: true, message: `${SETTINGS.imageUri}, 412 MB` });
  account.aws.neighbours.missingImages.add('assay:1');
  expect(await image()).toMatchObject({ ok: false, message: `there is no image ${SETTINGS.imageUri}` });
  account.aws.faults.add('DescribeImages', { kind: 'access-denied' });
  expect(await image()).toMatchObject({ ok: true, message: expect.stringContaining('it takes ecr:DescribeImages') });
});

test('quotas are held against what the pipeline has at a time: the account’s, else those of the config', async () => {
  const { quotas, defaultQuotas } = account.aws.neighbours;
  for (const name of ['a', 'b', 'c']) quotas.set(name, 1);
  quotas.set('ml.g5.2xlarge for endpoint usage', 1);
  defaultQuotas.set('ml.g5.2xlarge for endpoint usage', 0);
  defaultQuotas.set('ml.m5.xlarge for processing job usage', 20);
  const of = (use: InstanceUse, type: string | undefined, count: number) => ({ use, type, count, steps: ['a'] });
  const uses = [
    of('endpoint', 'ml.g5.2xlarge', 2),
    of('processing', 'ml.m5.xlarge', 20),
    of('processing', undefined, 3),
    of('training', 'ml.x9.huge', 1),
    of('transform', 'ml.x9.huge', 1),
  ];
  const aws = {
    quotas: {
      concurrent_jobs: { processing: 2 },
      instances: { 'ml.g5.2xlarge': { endpoint: 9 }, 'ml.x9.huge': { transform: 0 } },
    },
  };
  const found = async () => (await check({ uses, aws })).filter(({ check: name }) => name === 'quota');
  quotas.set('ml.p4d.24xlarge for training job usage', 0);
  const none = (await check({ uses: [of('training', 'ml.p4d.24xlarge', 2)] })).find(({ ok }) => !ok);
  expect(none).toMatchObject({ ok: false, message: 'ml.p4d.24xlarge for training job usage: 0; needed: 2' });
  expect(none?.hint).toBe(
    'a new account begins with 0 of many types: ask for 2 in the Service Quotas console, or take another instance type',
  );
  expect((await found()).map(({ ok, message }) => [ok, message])).toEqual([
    [false, 'ml.g5.2xlarge for endpoint usage: 1; needed: 2'],
    [true, 'ml.m5.xlarge for processing job usage: 20; needed: 20'],
    [false, 'a: 3 processing jobs at a time; the account has 2'],
    [true, 'ml.x9.huge for training job usage: not known; needed: 1'],
    [false, 'a: InstanceType ml.x9.huge, 1 at a time; of “ml.x9.huge for transform job usage” the account has 0'],
  ]);
  account.aws.faults.add('ListServiceQuotas', { kind: 'access-denied' });
  expect(await found()).toMatchObject([
    { ok: true, message: expect.stringContaining('servicequotas:ListServiceQuotas') },
    { ok: false, message: 'a: 3 processing jobs at a time; the account has 2' },
    { ok: false, message: expect.stringContaining('ml.x9.huge') },
  ]);
});

test('a bucket of another region is told, where every job would fail', async () => {
  account.aws.store.regions.set('bkt', 'eu-west-1');
  const bucket = (await check()).find(({ check: name }) => name === 'bucket');
  expect(bucket).toMatchObject({ ok: false, message: 's3://bkt is in eu-west-1, and the jobs would be in us-east-1' });
});

test('a start refuses a bucket of another region by the place that names it; one that it may not look at is left', async () => {
  const { store, faults } = account.aws;
  const at = { file: 'c.yaml', line: 3, column: 11 };
  const refuse = () => requireBucketRegion(account.connection, 'bkt', { at });
  await refuse();
  faults.add('HeadObject', { kind: 'access-denied' });
  await refuse();
  faults.clear();
  store.regions.set('bkt', 'eu-west-1');
  await expect(refuse()).rejects.toMatchObject({
    ...{ code: 'CONFIG_INVALID', at },
    hint: 'take a bucket in us-east-1, or pass --region eu-west-1',
  });
});

test('the pipeline is rendered, and held against requests and quotas', async () => {
  const graph = graphOf(await account.project('pipeline_scale_config'));
  const pipeline = async (options: DoctorOptions) =>
    (await check(options)).find(({ check: name }) => name === 'pipeline');
  const render = () => renderPipeline(graph, SETTINGS);
  expect(await pipeline({ render })).toMatchObject({ ok: true });
  expect(await pipeline({ render, aws: { quotas: { pipeline_steps: 3 } } })).toMatchObject({
    ok: false,
    message: expect.stringContaining('an account may have 3'),
  });
  const long = () => renderPipeline(graph, { ...SETTINGS, aws: { prefix: 'x'.repeat(250) } });
  expect(await pipeline({ render: long })).toMatchObject({
    ok: false,
    message: expect.stringContaining('Environment.ASSAY_STEP_RESULTS has'),
  });
});
