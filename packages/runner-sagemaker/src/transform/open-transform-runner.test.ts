import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Completion } from '@assay/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collect } from '../../test/collect.ts';
import { resolvedModel } from '../../test/resolved-model.ts';
import { type StandIn, startStandIn } from '../../test/stand-in/stand-in.ts';
import { AwsConnection } from '../aws/aws-connection.ts';
import type { OpenSageMakerRunnerOptions } from '../open-runner-options.ts';
import { openSageMakerRunner } from '../open-sagemaker-runner.ts';
import { LEDGER_FILE, readLedger } from '../ownership/ownership-ledger.ts';
import { sweep } from '../ownership/sweep.ts';

let aws: StandIn;
let folder: string;

beforeEach(async () => {
  aws = await startStandIn();
  aws.store.createBucket('bkt');
  folder = await mkdtemp(join(tmpdir(), 'assay-transform-'));
});
afterEach(async () => {
  await aws.close();
  await rm(folder, { recursive: true, force: true });
});

const BLOCK = `sagemaker: { mode: transform, image_uri: 'img:1', model_data: 's3://b/model.tar.gz' }
deployment_config: { instance_type: ml.g5.2xlarge, num_instances: 2 }`;

const open = (options: Partial<OpenSageMakerRunnerOptions> = {}, lines = BLOCK) =>
  openSageMakerRunner(resolvedModel('sagemaker', lines), {
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    endpoint: aws.url,
    clock: aws.clock,
    runId: 'run-1',
    owner: 'me',
    ledgerFile: join(folder, LEDGER_FILE),
    roleArn: 'arn:aws:iam::123456789012:role/Exec',
    aws: { bucket: 'bkt' },
    ...options,
  });

const prompts = (n: number) => Array.from({ length: n }, (_, i) => ({ id: `${i}/original`, text: `Question ${i}` }));
const texts = (answers: readonly Completion[]) =>
  Object.fromEntries(answers.map((answer) => [answer.id, answer.ok ? answer.text : `${answer.error.code}`]));
const operations = (name: string): number => aws.calls.filter(({ operation }) => operation === name).length;

test('prompts go to S3 as lines, and each line of the output comes back to its prompt', async () => {
  const told: string[] = [];
  const runner = await open({
    deployHooks: {
      onPlanned: ({ instances }) => told.push(`${instances.use} ${instances.type} × ${instances.count}`),
      onJob: ({ status }) => told.push(status),
    },
  });
  const answers = await collect(runner.generate(prompts(450), {}));
  await runner.close();
  expect(texts(answers)).toEqual(Object.fromEntries(prompts(450).map(({ id, text }) => [id, `echo: ${text}`])));
  expect([...new Set(told)]).toEqual(['transform ml.g5.2xlarge × 2', 'InProgress', 'Completed']);
  const [job = ''] = aws.transforms.names;
  expect(aws.transforms.names).toHaveLength(1);
  expect(aws.transforms.inputOf(job)).toMatchObject({
    BatchStrategy: 'SingleRecord',
    TransformInput: { ContentType: 'application/json', SplitType: 'Line' },
    TransformOutput: { Accept: 'application/json', AssembleWith: 'Line' },
    TransformResources: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 2 },
  });
  expect(aws.store.keys('bkt').filter((key) => key.includes('/input/'))).toHaveLength(3);
});

test('model and job are in the ledger before they are created, and only the model needs deleting', async () => {
  const seen: string[] = [];
  const runner = await open();
  aws.faults.add(
    ({ operation }) => {
      if (operation.startsWith('Create')) seen.push(operation);
      return false;
    },
    { kind: 'reset' },
  );
  await collect(runner.generate(prompts(3), {}));
  await runner.close();
  expect(seen).toEqual(['CreateModel', 'CreateTransformJob']);
  expect((await readLedger(join(folder, LEDGER_FILE))).map(({ event, kind }) => `${event} ${kind}`)).toEqual([
    'creating model',
    'creating transform-job',
    'ended transform-job',
    'deleted model',
  ]);
  expect(aws.control.inventory()).toEqual([]);
  expect(aws.transforms.tagsOf(`x:transform-job/${aws.transforms.names[0]}`)).toContainEqual({
    Key: 'assay:run-id',
    Value: 'run-1',
  });
});

test('Ctrl-C stops the job and deletes the model', async () => {
  const stop = new AbortController();
  const runner = await open({ deployHooks: { onJob: () => stop.abort(new Error('Ctrl-C')) } });
  await expect(collect(runner.generate(prompts(3), { signal: stop.signal }))).rejects.toThrow('Ctrl-C');
  await runner.close();
  expect(aws.transforms.statusOf(aws.transforms.names[0]!)).toMatch(/Stopp/);
  expect(aws.control.inventory()).toEqual([]);
  expect((await readLedger(join(folder, LEDGER_FILE))).map(({ event }) => event)).toContain('stopped');
});

test('a job that ran on after its process was killed is found by its name, whatever order the prompts come in', async () => {
  const killed = await open({
    deployHooks: {
      onJob: () => {
        throw new Error('SIGKILL');
      },
    },
  });
  aws.faults.add('StopTransformJob', { kind: 'access-denied' }, 100);
  aws.faults.add('DeleteModel', { kind: 'access-denied' }, 100);
  await expect(collect(killed.generate(prompts(250), {}))).rejects.toThrow('SIGKILL');
  await killed.close();
  aws.faults.clear();
  expect(aws.transforms.names).toHaveLength(1);
  const resumed = await open();
  const answers = await collect(resumed.generate(prompts(250).reverse(), {}));
  await resumed.close();
  expect(texts(answers)['17/original']).toBe('echo: Question 17');
  expect(answers).toHaveLength(250);
  expect([aws.transforms.names.length, operations('CreateTransformJob')]).toEqual([1, 1]);
});

test('answers that were scored before a kill are not paid again: the rest comes from the same job', async () => {
  const killed = await open();
  const answers = killed.generate(prompts(250), {})[Symbol.asyncIterator]();
  const first = (await answers.next()).value as Completion;
  // The process is gone: nothing is closed.
  const resumed = await open();
  const left = prompts(250).filter(({ id }) => id !== first.id);
  expect(await collect(resumed.generate(left, {}))).toHaveLength(249);
  await resumed.close();
  expect([aws.transforms.names.length, operations('CreateTransformJob')]).toEqual([1, 1]);
  await answers.return?.();
  await killed.close();
});

test('a job that was stopped is not taken up again: a resumed run starts another', async () => {
  const stop = new AbortController();
  const first = await open({ deployHooks: { onJob: () => stop.abort(new Error('Ctrl-C')) } });
  await expect(collect(first.generate(prompts(3), { signal: stop.signal }))).rejects.toThrow('Ctrl-C');
  await first.close();
  const second = await open();
  expect(texts(await collect(second.generate(prompts(3), {})))['2/original']).toBe('echo: Question 2');
  await second.close();
  expect(aws.transforms.names).toHaveLength(2);
});

test('one bad record costs the samples of its object, with the reason, and no others', async () => {
  aws.transforms.answer = (line) => {
    if (line.includes('"Question 7"')) throw new Error('token limit');
    return '{"generated_text":"fine"}';
  };
  const runner = await open();
  const answers = await collect(runner.generate(prompts(450), {}));
  await runner.close();
  const failed = answers.filter(({ ok }) => !ok);
  expect(answers).toHaveLength(450);
  expect(failed).toHaveLength(50);
  expect(failed.map(({ id }) => id)).toContain('7/original');
  expect(failed[0]).toMatchObject({
    state: 'failed',
    error: { code: 'RUNNER_FAILED', message: expect.stringMatching(/ended as Failed.*part-00002\.jsonl.*token limit/) },
  });
});

test('a job that fails as a whole ends the run with its reason, and leaves the samples for a resume', async () => {
  aws.transforms.failure = 'CannotStartContainerError: no such image';
  const runner = await open();
  await expect(collect(runner.generate(prompts(3), {}))).rejects.toMatchObject({
    code: 'RUNNER_FAILED',
    message: expect.stringContaining('no such image'),
  });
  await runner.close();
  expect(aws.control.inventory()).toEqual([]);
  aws.transforms.failure = undefined;
  const again = await open();
  expect(await collect(again.generate(prompts(3), {}))).toHaveLength(3);
  await again.close();
});

test('an output with more lines than prompts is refused, not guessed at', async () => {
  aws.transforms.answer = () => '{\n"generated_text":"pretty"}';
  const runner = await open();
  const answers = await collect(runner.generate(prompts(2), {}));
  await runner.close();
  expect(texts(answers)).toEqual({ '0/original': 'AWS_RESPONSE_SHAPE', '1/original': 'AWS_RESPONSE_SHAPE' });
});

test('a line that is no answer fails its own sample', async () => {
  aws.transforms.answer = (line) => (line.includes('Question 1') ? '{"error":"x"}' : '{"generated_text":"y"}');
  const runner = await open();
  expect(texts(await collect(runner.generate(prompts(3), {})))).toEqual({
    '0/original': 'y',
    '1/original': 'AWS_RESPONSE_SHAPE',
    '2/original': 'y',
  });
  await runner.close();
});

test('lost answers and throttling start no second job', async () => {
  aws.faults.add('CreateTransformJob', { kind: 'reset-after' });
  aws.faults.add('CreateModel', { kind: 'reset-after' });
  aws.faults.add('PutObject', { kind: 'throttle' }, 2);
  aws.faults.add('DescribeTransformJob', { kind: 'server-error' }, 2);
  aws.faults.add('GetObject', { kind: 'reset' });
  const runner = await open();
  expect(await collect(runner.generate(prompts(3), {}))).toHaveLength(3);
  await runner.close();
  expect(aws.transforms.names).toHaveLength(1);
  expect(aws.control.inventory()).toEqual([]);
});

test('an existing model is used and not deleted', async () => {
  aws.control.seedEndpoint('theirs');
  const runner = await open(
    {},
    'sagemaker: { mode: transform, sagemaker_model: theirs }\ndeployment_config: { instance_type: ml.m5.xlarge }',
  );
  expect(await collect(runner.generate(prompts(1), {}))).toHaveLength(1);
  await runner.close();
  expect(operations('CreateModel') + operations('DeleteModel')).toBe(0);
});

test('without a bucket it is refused before anything is created', async () => {
  await expect(open({ aws: undefined })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('bucket'),
  });
});

test('a sweep stops the running jobs of a killed run, over all pages, and nobody else’s', async () => {
  aws.control.seedEndpoint('theirs');
  const job = (TransformJobName: string, run: string, expires: string) =>
    aws.transforms.operations.CreateTransformJob!({
      TransformJobName,
      ModelName: 'theirs',
      TransformInput: { DataSource: { S3DataSource: { S3Uri: 's3://bkt/in/' } } },
      TransformOutput: { S3OutputPath: 's3://bkt/out' },
      Tags: [
        { Key: 'assay:run-id', Value: run },
        { Key: 'assay:expires-at', Value: expires },
      ],
    });
  for (const name of ['a', 'b', 'c']) job(name, 'run-1', '2026-11-24T00:00:00Z');
  job('d', 'run-2', '2026-11-24T00:00:00Z');
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const connection = new AwsConnection({ region: 'us-east-1', credentials, endpoint: aws.url });
  const { clock } = aws;
  expect((await sweep(connection, { clock, expired: true })).deleted).toEqual([]);
  const { deleted } = await sweep(connection, { clock, runId: 'run-1' });
  expect(deleted.map(({ kind, name }) => `${kind} ${name}`)).toEqual(
    ['a', 'b', 'c'].map((name) => `transform-job ${name}`),
  );
  expect(['a', 'd'].map((name) => aws.transforms.statusOf(name))).toEqual(['Stopping', 'InProgress']);
  aws.faults.add('ListTransformJobs', { kind: 'access-denied' });
  expect((await sweep(connection, { clock })).deleted).toEqual([]);
  await connection.close();
});
