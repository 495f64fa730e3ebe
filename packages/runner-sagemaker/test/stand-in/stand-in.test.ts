import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  DescribeModelCommand,
  ListTagsCommand,
  paginateListEndpoints,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import {
  InvokeEndpointCommand,
  InvokeEndpointWithResponseStreamCommand,
  SageMakerRuntimeClient,
} from '@aws-sdk/client-sagemaker-runtime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type StandIn, startStandIn } from './stand-in.ts';
import { VirtualClock } from './virtual-clock.ts';

const HOUR = 3_600_000;
let clock: VirtualClock;
let aws: StandIn;
const settings = () => ({
  endpoint: aws.url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  maxAttempts: 1,
});
const sagemaker = () => new SageMakerClient(settings());

beforeEach(async () => {
  clock = new VirtualClock();
  aws = await startStandIn({ clock, lagMs: 2_000, objectsPerPage: 3 });
});
afterEach(() => aws.close());

const role = 'arn:aws:iam::123456789012:role/Exec';
const model = (name: string) =>
  new CreateModelCommand({ ModelName: name, ExecutionRoleArn: role, PrimaryContainer: { Image: 'img:1' } });
const config = (name: string) =>
  new CreateEndpointConfigCommand({
    EndpointConfigName: name,
    ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: name, InstanceType: 'ml.g5.2xlarge' }],
  });
const endpoint = (name: string) => new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name });

async function deploy(name: string): Promise<void> {
  const client = sagemaker();
  await client.send(model(name));
  clock.advance(3_000);
  await client.send(config(name));
  clock.advance(3_000);
  await client.send(endpoint(name));
}

test('an endpoint is created, comes into service, refuses deletion while it is created, and goes', async () => {
  await deploy('one');
  const client = sagemaker();
  const status = async () => (await client.send(new DescribeEndpointCommand({ EndpointName: 'one' }))).EndpointStatus;
  expect(await status()).toBe('Creating');
  const deletion = () => client.send(new DeleteEndpointCommand({ EndpointName: 'one' }));
  await expect(deletion()).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringMatching(/in-progress/),
  });
  clock.advance(HOUR);
  expect(await status()).toBe('InService');
  await deletion();
  expect(await status()).toBe('Deleting');
  clock.advance(HOUR);
  await expect(status()).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringMatching(/Could not find endpoint/),
  });
});

test('a model is invisible right after its creation', async () => {
  await sagemaker().send(model('late'));
  await expect(sagemaker().send(config('late'))).rejects.toMatchObject({
    message: expect.stringMatching(/Could not find model/),
  });
  clock.advance(2_000);
  expect((await sagemaker().send(new DescribeModelCommand({ ModelName: 'late' }))).PrimaryContainer?.Image).toBe(
    'img:1',
  );
});

test('bad and taken names are refused', async () => {
  await expect(sagemaker().send(model('bad name!!'))).rejects.toMatchObject({ name: 'ValidationException' });
  await sagemaker().send(model('taken'));
  await expect(sagemaker().send(model('taken'))).rejects.toMatchObject({
    message: expect.stringMatching(/already existing/),
  });
});

test('endpoints are listed page by page, with their tags', async () => {
  for (let i = 0; i < 23; i++) aws.control.seedEndpoint(`e-${i}`, [{ Key: 'n', Value: String(i) }]);
  const names: string[] = [];
  let pages = 0;
  for await (const page of paginateListEndpoints({ client: sagemaker() }, {})) {
    pages += 1;
    names.push(...(page.Endpoints ?? []).map(({ EndpointName }) => EndpointName!));
  }
  expect([pages, new Set(names).size]).toEqual([3, 23]);
  const arn = 'arn:aws:sagemaker:us-east-1:123456789012:endpoint/e-7';
  expect((await sagemaker().send(new ListTagsCommand({ ResourceArn: arn }))).Tags).toEqual([{ Key: 'n', Value: '7' }]);
});

test('objects are put, read in ranges, listed by pages and deleted', async () => {
  const s3 = new S3Client({ ...settings(), forcePathStyle: true });
  aws.store.createBucket('b');
  for (let i = 0; i < 7; i++)
    await s3.send(new PutObjectCommand({ Bucket: 'b', Key: `k/${i} & ü`, Body: `body ${i}` }));
  const ranged = await s3.send(new GetObjectCommand({ Bucket: 'b', Key: 'k/3 & ü', Range: 'bytes=2-5' }));
  expect(await ranged.Body!.transformToString()).toBe('dy 3');
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: 'b', Prefix: 'k/' }))
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key!));
  expect(keys).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => `k/${i} & ü`));
  await s3.send(new DeleteObjectCommand({ Bucket: 'b', Key: keys[0]! }));
  await expect(s3.send(new HeadObjectCommand({ Bucket: 'b', Key: keys[0]! }))).rejects.toMatchObject({
    name: 'NotFound',
  });
  await expect(s3.send(new GetObjectCommand({ Bucket: 'b', Key: 'no' }))).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test('an endpoint answers in one piece, and in event-stream frames', async () => {
  aws.control.seedEndpoint('live');
  const runtime = new SageMakerRuntimeClient(settings());
  const Body = Buffer.from(JSON.stringify({ inputs: 'hi' }));
  const whole = await runtime.send(new InvokeEndpointCommand({ EndpointName: 'live', Body }));
  expect(Buffer.from(whole.Body!).toString()).toBe('[{"generated_text":"echo: hi"}]');
  aws.runtime.serve('live', () => ({ body: '', parts: ['{"a', '":1}'] }));
  const stream = await runtime.send(new InvokeEndpointWithResponseStreamCommand({ EndpointName: 'live', Body }));
  const parts: string[] = [];
  for await (const event of stream.Body!) parts.push(Buffer.from(event.PayloadPart!.Bytes!).toString());
  expect(parts).toEqual(['{"a', '":1}']);
});

test('each fault reaches the SDK as the service would send it', async () => {
  aws.control.seedEndpoint('live');
  const runtime = new SageMakerRuntimeClient(settings());
  const invoke = () =>
    runtime.send(new InvokeEndpointCommand({ EndpointName: 'live', Body: Buffer.from('{"inputs":"x"}') }));
  const seen = async (): Promise<unknown[]> => {
    const error = await invoke().then(
      () => undefined,
      (thrown) => thrown,
    );
    return [error?.name, error?.$metadata?.httpStatusCode ?? error?.code, error?.OriginalStatusCode];
  };
  aws.faults
    .add('InvokeEndpoint', { kind: 'throttle' })
    .add('InvokeEndpoint', { kind: 'not-ready' })
    .add('InvokeEndpoint', { kind: 'model-error', originalStatus: 507 })
    .add('InvokeEndpoint', { kind: 'access-denied' })
    .add('InvokeEndpoint', { kind: 'server-error', status: 503 })
    .add('InvokeEndpoint', { kind: 'reset' });
  expect(await seen()).toEqual(['ThrottlingException', 400, undefined]);
  expect(await seen()).toEqual(['ModelNotReadyException', 429, undefined]);
  expect(await seen()).toEqual(['ModelError', 424, 507]);
  expect(await seen()).toEqual(['AccessDeniedException', 403, undefined]);
  expect(await seen()).toEqual(['ServiceUnavailable', 503, undefined]);
  expect((await seen())[1]).toBe('ECONNRESET');
  expect(await seen()).toEqual([undefined, undefined, undefined]);
});
