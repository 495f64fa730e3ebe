import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collect } from '../test/collect.ts';
import { resolvedModel } from '../test/resolved-model.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../test/stand-in/stand-in.ts';
import { AwsConnection } from './aws/aws-connection.ts';
import type { OpenSageMakerRunnerOptions } from './open-runner-options.ts';
import { openSageMakerRunner } from './open-sagemaker-runner.ts';
import { LEDGER_FILE, readLedger } from './ownership/ownership-ledger.ts';
import { sweep } from './ownership/sweep.ts';

let aws: StandIn;
let folder: string;
let ledgerFile: string;

async function start(options: StandInOptions = {}): Promise<void> {
  await aws?.close();
  aws = await startStandIn(options);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-aws-'));
  ledgerFile = join(folder, LEDGER_FILE);
  await start();
});
afterEach(async () => {
  aws.faults.clear();
  aws.faults.add(() => true, { kind: 'access-denied' }, 10_000);
  for (const runner of dead.splice(0)) await runner.close();
  await aws.close();
  await rm(folder, { recursive: true, force: true });
});

const settings = () => ({
  region: 'us-east-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  endpoint: aws.url,
});

const OWN_IMAGE = `endpoint_name: my-endpoint
sagemaker: { image_uri: 'img:1', model_data: 's3://b/model.tar.gz' }
deployment_config: { instance_type: ml.g5.2xlarge }`;

function open(lines = OWN_IMAGE, options: Partial<OpenSageMakerRunnerOptions> = {}) {
  return openSageMakerRunner(resolvedModel('sagemaker', lines), {
    ...settings(),
    clock: aws.clock,
    runId: 'run-1',
    owner: 'me',
    ledgerFile,
    roleArn: 'arn:aws:iam::123456789012:role/Exec',
    ...options,
  });
}

const prompts = [{ id: 'p', text: 'hello' }];
const operations = (prefix: string): string[] =>
  aws.calls.map(({ operation }) => operation).filter((operation) => operation.startsWith(prefix));

test('a model is deployed, tagged, asked and deleted again, each creation in the ledger before its call', async () => {
  const statuses: string[] = [];
  const runner = await open(OWN_IMAGE, { deployHooks: { onEndpoint: ({ status }) => statuses.push(status) } });
  expect([...new Set(statuses)]).toEqual(['Creating', 'InService']);
  expect(aws.control.inventory()).toHaveLength(3);
  expect(aws.control.tagsOf('endpoint', 'my-endpoint')).toMatchObject({
    'assay:run-id': 'run-1',
    'assay:owner': 'me',
    'assay:expires-at': expect.stringMatching(/^2026-11-24T/),
  });
  expect(runner.id).toMatch(/^sagemaker:img:1\+s3:\/\/b\/model.tar.gz#/);
  expect(await collect(runner.generate(prompts, {}))).toMatchObject([{ ok: true, text: 'echo: hello' }]);
  await runner.close();
  expect(aws.control.endpointStatus('my-endpoint')).toBe('Deleting');
  expect(aws.control.inventory()).toEqual(['endpoint my-endpoint']);
  expect(operations('Delete')).toEqual(['DeleteEndpoint', 'DeleteEndpointConfig', 'DeleteModel']);
  const ledger = await readLedger(ledgerFile);
  expect(ledger.map(({ event, kind }) => `${event} ${kind}`)).toEqual([
    'creating model',
    'creating endpoint-config',
    'creating endpoint',
    'deleted endpoint',
    'deleted endpoint-config',
    'deleted model',
  ]);
});

test('several instances share requests as the config says, on the AMI that it names', async () => {
  const lines = `sagemaker: { image_uri: 'img:1' }
deployment_config:
  instance_type: ml.g5.2xlarge
  num_instances: 2
  routing: least_outstanding_requests
  ami_version: al2-ami-sagemaker-inference-gpu-2`;
  const runner = await open(`endpoint_name: my-endpoint\n${lines}`);
  const name = aws.control.inputOf('endpoint', 'my-endpoint')!.EndpointConfigName as string;
  expect(aws.control.inputOf('endpoint-config', name)).toMatchObject({
    ProductionVariants: [
      {
        InitialInstanceCount: 2,
        InferenceAmiVersion: 'al2-ami-sagemaker-inference-gpu-2',
        RoutingConfig: { RoutingStrategy: 'LEAST_OUTSTANDING_REQUESTS' },
      },
    ],
  });
  await runner.close();
});

test('an endpoint that was there before is used and never deleted', async () => {
  aws.control.seedEndpoint('my-endpoint');
  const before = aws.control.inventory();
  const runner = await open();
  expect(await collect(runner.generate(prompts, {}))).toMatchObject([{ ok: true }]);
  await runner.close();
  expect(aws.control.inventory()).toEqual(before);
  expect([...operations('Create'), ...operations('Delete')]).toEqual([]);
});

test('an endpoint that somebody else creates at the same moment is used and not deleted', async () => {
  aws.faults.add('DescribeEndpoint', { kind: 'validation', message: 'Could not find endpoint "x".' });
  aws.control.seedEndpoint('my-endpoint', [{ Key: 'assay:run-id', Value: 'other' }]);
  const before = aws.control.inventory();
  const runner = await open();
  await runner.close();
  expect(aws.control.inventory()).toEqual(before);
});

/** Runners of processes that were killed: closed only when there is nothing more that they could reach. */
const dead: Awaited<ReturnType<typeof open>>[] = [];
const killed = async (): Promise<string> => {
  const runner = await open(OWN_IMAGE, { ledgerFile: join(folder, 'of-the-dead') });
  dead.push(runner);
  return runner.id;
};

test('the endpoint of a run that was killed is its own again when it goes on: asked and deleted', async () => {
  const id = await killed();
  const runner = await open();
  expect(runner.id).toBe(id);
  expect(await collect(runner.generate(prompts, {}))).toMatchObject([{ ok: true }]);
  await runner.close();
  expect([operations('Create').length, operations('Delete').length]).toEqual([3, 3]);
  await aws.clock.sleep(3_600_000);
  expect(aws.control.inventory()).toEqual([]);
});

test.each(['Creating', 'Failed', 'Deleting'])(
  'a killed run whose endpoint is %s brings it up when it goes on',
  async (state) => {
    let fails = state === 'Failed';
    await start({ failureOf: () => (fails ? 'bad luck' : undefined) });
    const stop = new AbortController();
    const onEndpoint = ({ status }: { status: string }): void => {
      if (status !== 'Creating' || state !== 'Creating') return;
      // As good as dead: it deletes nothing either.
      aws.faults.add(() => true, { kind: 'expired-token' }, 10_000);
      stop.abort(new Error('killed'));
    };
    aws.faults.add('DeleteEndpoint', { kind: 'access-denied' }, fails ? 1 : 0);
    const process = open(OWN_IMAGE, {
      signal: stop.signal,
      deployHooks: { onEndpoint },
      ledgerFile: join(folder, 'of-the-dead'),
    });
    await process.then(
      (runner) => dead.push(runner),
      () => {},
    );
    aws.faults.clear();
    if (state === 'Deleting') aws.control.handle('DeleteEndpoint', { EndpointName: 'my-endpoint' });
    expect(aws.control.endpointStatus('my-endpoint')).toBe(state);
    fails = false;
    const runner = await open();
    expect(await collect(runner.generate(prompts, {}))).toMatchObject([{ ok: true }]);
    await runner.close();
    await aws.clock.sleep(3_600_000);
    expect(aws.control.inventory()).toEqual([]);
  },
);

test('an endpoint whose tags one may not read is somebody else’s', async () => {
  await killed();
  aws.faults.add('ListTags', { kind: 'access-denied' }, 10);
  const runner = await open();
  expect(await collect(runner.generate(prompts, {}))).toMatchObject([{ ok: true }]);
  await runner.close();
  expect(operations('Delete')).toEqual([]);
});

test('two models of a run on one endpoint: the last to be closed deletes it', async () => {
  const first = await open();
  const second = await open();
  await first.close();
  expect(await collect(second.generate(prompts, {}))).toMatchObject([{ ok: true }]);
  expect(operations('Delete')).toEqual([]);
  await second.close();
  await aws.clock.sleep(3_600_000);
  expect(aws.control.inventory()).toEqual([]);
});

test('one of several processes that share an endpoint leaves it up', async () => {
  const runner = await open(OWN_IMAGE, { isShared: true });
  const other = await open(OWN_IMAGE, { isShared: true });
  await runner.close();
  expect(await collect(other.generate(prompts, {}))).toMatchObject([{ ok: true }]);
  await other.close();
  expect(operations('Delete')).toEqual([]);
  expect(aws.control.inventory()).toHaveLength(3);
});

test('a deployment that fails says why and leaves nothing', async () => {
  await start({ failureOf: () => 'CannotStartContainerError: the container exits at once' });
  await expect(open()).rejects.toMatchObject({
    code: 'AWS_ENDPOINT',
    message: 'endpoint my-endpoint ended as Failed: CannotStartContainerError: the container exits at once',
  });
  expect(aws.control.endpointStatus('my-endpoint')).toBe('Deleting');
  await aws.clock.sleep(3_600_000);
  expect(aws.control.inventory()).toEqual([]);
});

test('an instance type that AWS has none of is said with what to do, and leaves nothing', async () => {
  await start({
    failureOf: () => 'Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error.',
  });
  await expect(open()).rejects.toMatchObject({
    code: 'AWS_QUOTA',
    hint: expect.stringContaining('another instance type'),
  });
  await aws.clock.sleep(3_600_000);
  expect(aws.control.inventory()).toEqual([]);
});

test('a quota of nothing is said with what to do, and is not tried again', async () => {
  await start({ maxEndpoints: 0 });
  await expect(open()).rejects.toMatchObject({ code: 'AWS_QUOTA', hint: expect.stringContaining('Service Quotas') });
  expect(operations('CreateEndpoint').filter((operation) => operation === 'CreateEndpoint')).toHaveLength(1);
  expect(aws.control.inventory()).toEqual([]);
});

test('an answer that got lost after the creation is not taken for a name conflict', async () => {
  for (const operation of ['CreateModel', 'CreateEndpointConfig', 'CreateEndpoint'])
    aws.faults.add(operation, { kind: 'reset-after' });
  const runner = await open();
  expect(await collect(runner.generate(prompts, {}))).toMatchObject([{ ok: true }]);
  await runner.close();
  expect(aws.control.inventory()).toEqual(['endpoint my-endpoint']);
});

test('eventual consistency is waited out', async () => {
  await start({ lagMs: 4_000 });
  await (await open()).close();
  expect(aws.control.inventory()).toEqual(['endpoint my-endpoint']);
});

test('an interruption while the endpoint is created deletes it once AWS allows it', async () => {
  const controller = new AbortController();
  const onEndpoint = ({ elapsedMs }: { elapsedMs: number }) => {
    if (elapsedMs > 20_000) controller.abort(new Error('Ctrl-C'));
  };
  await expect(open(OWN_IMAGE, { signal: controller.signal, deployHooks: { onEndpoint } })).rejects.toThrow('Ctrl-C');
  await aws.clock.sleep(3_600_000);
  expect(aws.control.inventory()).toEqual([]);
});

test('cleanup_endpoint: false keeps it, with its cost and the command that removes it; sweep spares it', async () => {
  const kept: unknown[] = [];
  const prices = { currency: 'USD', instances: { 'ml.g5.2xlarge': { endpoint: 1.515 } } };
  const lines = `${OWN_IMAGE}\ncleanup_endpoint: false`;
  const runner = await open(lines, { prices, deployHooks: { onKept: (event) => kept.push(event) } });
  await runner.close();
  expect(kept).toEqual([
    {
      endpoint: 'my-endpoint',
      hourlyCost: '1.51 USD an hour',
      command: 'assay pipeline sweep --run run-1 --region us-east-1',
    },
  ]);
  expect(aws.control.inventory()).toHaveLength(3);
  const connection = new AwsConnection(settings());
  expect((await sweep(connection, { clock: aws.clock })).deleted).toEqual([]);
  expect((await sweep(connection, { clock: aws.clock, runId: 'run-1' })).deleted).toHaveLength(3);
  await connection.close();
});

test('an asynchronous endpoint is deployed as one: requests and answers go through the bucket', async () => {
  aws.store.createBucket('bkt');
  const lines = OWN_IMAGE.replace('sagemaker: {', 'limits: { max_concurrency: 3 }\nsagemaker: { mode: async,');
  await expect(open(lines)).rejects.toMatchObject({ code: 'CONFIG_INVALID', hint: 'write aws.bucket' });
  expect(operations('Create')).toEqual([]);
  const runner = await open(lines, { aws: { bucket: 'bkt', prefix: 'evals/' } });
  const [config] = aws.control.inventory().filter((line) => line.startsWith('endpoint-config '));
  expect(aws.control.inputOf('endpoint-config', config!.split(' ')[1]!)?.AsyncInferenceConfig).toEqual({
    OutputConfig: {
      S3OutputPath: 's3://bkt/evals/async/run-1/output',
      S3FailurePath: 's3://bkt/evals/async/run-1/output/failed',
    },
    ClientConfig: { MaxConcurrentInvocationsPerInstance: 3 },
  });
  const long = 'x'.repeat(200_000);
  const [answer] = await collect(runner.generate([{ id: 'p', text: long }], {}));
  expect(answer).toMatchObject({ ok: true, text: `echo: ${long}` });
  expect(
    aws.store
      .keys('bkt')
      .map((key) => key.slice(0, 25))
      .toSorted(),
  ).toEqual(
    ['evals/async/run-1/input/6', 'evals/async/run-1/output/'].map((start) =>
      expect.stringContaining(start.slice(0, 24)),
    ),
  );
  await runner.close();
});

test('existing models and model packages are deployed without being owned', async () => {
  aws.control.seedEndpoint('old');
  const existing =
    'endpoint_name: fresh\nsagemaker: { sagemaker_model: old }\ndeployment_config: { instance_type: ml.m5.large }';
  await (await open(existing, { roleArn: undefined })).close();
  await aws.clock.sleep(3_600_000);
  expect(aws.control.inventory()).toEqual(['endpoint old', 'endpoint-config old', 'model old']);
  const arn = 'arn:aws:sagemaker:us-east-1:123456789012:model-package/g/1';
  const runner = await open(
    `sagemaker: { model_package: '${arn}' }\ndeployment_config: { instance_type: ml.m5.large }`,
  );
  expect(runner.id.startsWith(`sagemaker:${arn}`)).toBe(true);
  await runner.close();
});

test('without a role nothing is begun', async () => {
  await expect(open(OWN_IMAGE, { roleArn: undefined })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(operations('Create')).toEqual([]);
});

test('sweep goes over all pages by tags alone, and takes only what expired when asked', async () => {
  await start({ pageSize: 4 });
  const tags = (run: string, hours: number) => [
    { Key: 'assay:run-id', Value: run },
    { Key: 'assay:expires-at', Value: new Date(aws.clock.now() + hours * 3_600_000).toISOString() },
  ];
  for (let i = 0; i < 11; i++) aws.control.seedEndpoint(`assay-foreign-${i}`);
  for (let i = 0; i < 6; i++) aws.control.seedEndpoint(`stale-${i}`, tags('old', -1));
  for (let i = 0; i < 3; i++) aws.control.seedEndpoint(`live-${i}`, tags('new', 5));
  const connection = new AwsConnection(settings());
  const dry = await sweep(connection, { expired: true, dryRun: true, clock: aws.clock });
  expect([dry.deleted.length, dry.seen, operations('Delete').length]).toEqual([18, 60, 0]);
  const expired = await sweep(connection, { expired: true, clock: aws.clock });
  expect(expired.deleted.map(({ runId }) => runId)).toEqual(Array(18).fill('old'));
  expect((await sweep(connection, { runId: 'nobody', clock: aws.clock })).deleted).toEqual([]);
  expect((await sweep(connection, { clock: aws.clock })).deleted).toHaveLength(9);
  await aws.clock.sleep(3_600_000);
  expect(aws.control.inventory()).toHaveLength(33);
  expect(aws.control.inventory().every((line) => line.includes('assay-foreign'))).toBe(true);
  await connection.close();
});

test('a deletion that fails is reported, and the rest goes on', async () => {
  aws.control.seedEndpoint('a', [{ Key: 'assay:run-id', Value: 'r' }]);
  aws.faults.add('DeleteEndpointConfig', { kind: 'access-denied' });
  const connection = new AwsConnection(settings());
  const report = await sweep(connection, { clock: aws.clock });
  expect(report.deleted.map(({ kind }) => kind)).toEqual(['endpoint', 'model']);
  expect(report.failed).toMatchObject([{ kind: 'endpoint-config', error: { code: 'AWS_ACCESS_DENIED' } }]);
  await connection.close();
});

test('the ledger survives a torn line', async () => {
  const { OwnershipLedger } = await import('./ownership/ownership-ledger.ts');
  const { appendFile } = await import('node:fs/promises');
  const entry = { event: 'creating', kind: 'model', name: 'm', region: 'r', runId: 'x', at: 'now' } as const;
  await appendFile(ledgerFile, '{"event":"creating","ki');
  const ledger = await OwnershipLedger.open(ledgerFile);
  await ledger.append(entry);
  await ledger.close();
  expect(await readLedger(ledgerFile)).toEqual([entry]);
  expect(await readFile(ledgerFile, 'utf8')).toContain('"kind":"model"');
  await expect(OwnershipLedger.open(join(folder, 'no', 'such'))).rejects.toMatchObject({
    code: 'RUN_OUTPUT_NOT_WRITABLE',
  });
});
