import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { type FetchRemoteOptions, fetchRemote, openDataset, type Sample } from '@assay/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type StandIn, startStandIn } from '../../test/stand-in/stand-in.ts';
import { openS3ObjectStore, S3ObjectStore } from './s3-object-store.ts';

let aws: StandIn;
let cacheDir: string;

beforeEach(async () => {
  aws = await startStandIn({ objectsPerPage: 2 });
  aws.store.makePrivate('mine');
  cacheDir = await mkdtemp(join(tmpdir(), 'assay-own-data-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.close();
  await rm(cacheDir, { recursive: true, force: true });
});

const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };

function fetch(uri: string, options: FetchRemoteOptions = {}): Promise<readonly string[]> {
  return fetchRemote(uri, {
    cacheDir,
    env: { AWS_ENDPOINT_URL: aws.url },
    retryDelayMs: 1,
    openStore: async () => new S3ObjectStore({ region: 'us-east-1', endpoint: aws.url, credentials }),
    ...options,
  });
}

const texts = (paths: readonly string[]): string[] => paths.map((path) => readFileSync(path, 'utf8'));
const isSigned = ({ headers }: StandIn['calls'][number]): boolean => headers.authorization !== undefined;
const reads = () => aws.calls.filter(({ operation }) => operation === 'GetObject');

test('an object that is not public is read with credentials, once it was refused without', async () => {
  aws.store.put('s3://mine/qa.jsonl', '{"q":1}\n');
  expect(texts(await fetch('s3://mine/qa.jsonl'))).toEqual(['{"q":1}\n']);
  expect(isSigned(aws.calls[0]!)).toBe(false);
  expect(reads().filter(isSigned)).toHaveLength(1);
});

test('a public object is read without credentials, though there are some', async () => {
  aws.store.put('s3://public/qa.jsonl', '{"q":1}\n');
  await fetch('s3://public/qa.jsonl', { openStore: () => expect.unreachable() });
  expect(aws.calls.some(isSigned)).toBe(false);
});

test.each(['s3://mine/capture/', 's3://mine/capture'])(
  '%s is a folder: its data files in the order of their keys, over all pages',
  async (uri) => {
    for (const key of ['capture/02/a.jsonl', 'capture/01/b.jsonl', 'capture/01/a.jsonl', 'capture/notes.txt'])
      aws.store.put(`s3://mine/${key}`, key);
    aws.store.put('s3://mine/capture-old/c.jsonl', 'of another folder');
    aws.store.put('s3://mine/capture/', '');
    const paths = await fetch(uri);
    expect(texts(paths)).toEqual(['capture/01/a.jsonl', 'capture/01/b.jsonl', 'capture/02/a.jsonl']);
    expect(paths[0]?.split(sep).slice(-2)).toEqual(['01', 'a.jsonl']);
  },
);

test('a glob takes what fits it, whatever its ending', async () => {
  for (const key of [
    'in/2026/1/a.out',
    'in/2026/1/b.jsonl',
    'in/2026/2/a.out',
    'in/2026/2/deep/a.out',
    'in/2025/1/a.out',
  ])
    aws.store.put(`s3://mine/${key}`, key);
  const found = async (glob: string) => texts(await fetch(`s3://mine/${glob}`));
  expect(await found('in/2026/*/a.out')).toEqual(['in/2026/1/a.out', 'in/2026/2/a.out']);
  expect(await found('in/2026/**/a.out')).toEqual(['in/2026/1/a.out', 'in/2026/2/a.out', 'in/2026/2/deep/a.out']);
  expect(await found('in/202[56]/1/?.{out,txt}')).toEqual(['in/2025/1/a.out', 'in/2026/1/a.out']);
});

test('the files of a folder come several at a time; one that fails ends it, and the next call goes on', async () => {
  const keys = Array.from({ length: 40 }, (_, i) => `many/${String(i).padStart(2, '0')}.jsonl`);
  for (const key of keys) aws.store.put(`s3://mine/${key}`, key);
  aws.faults.add((call) => call.target === 'mine/many/07.jsonl', { kind: 'access-denied' });
  aws.faults.add('GetObject', { kind: 'slow', ms: 50 }, 4);
  await expect(fetch('s3://mine/many/')).rejects.toMatchObject({ code: 'AWS_ACCESS_DENIED' });
  const tried = reads().length;
  expect(tried).toBeLessThan(keys.length);
  expect(aws.peak()).toBeGreaterThan(1);
  expect(texts(await fetch('s3://mine/many/'))).toEqual(keys);
  expect(reads().length - tried).toBeLessThan(keys.length);
});

test('captured calls below a prefix become samples with their outputs', async () => {
  const capture = (question: string, answer: string): string =>
    `${JSON.stringify({
      captureData: {
        endpointInput: { data: JSON.stringify({ inputs: question }), encoding: 'JSON' },
        endpointOutput: { data: JSON.stringify([{ generated_text: answer }]), encoding: 'JSON' },
      },
      eventMetadata: { eventId: question, inferenceTime: '2026-11-24T10:00:00Z' },
      eventVersion: '0',
    })}\n`;
  aws.store.put('s3://mine/e/AllTraffic/2026/11/24/10/a.jsonl', capture('Who?', 'Ada'));
  aws.store.put('s3://mine/e/AllTraffic/2026/11/24/11/a.jsonl', capture('Where?', 'Here'));
  const files = await fetch('s3://mine/e/AllTraffic/2026/11');
  const dataset = await openDataset({ input_data_location: [...files], dialect: 'sagemaker-data-capture' });
  const samples: Sample[] = [];
  for await (const sample of dataset.samples()) samples.push(sample);
  expect(samples.map(({ features }) => [features.model_input, features.model_output])).toEqual([
    ['Who?', 'Ada'],
    ['Where?', 'Here'],
  ]);
});

test('a cut connection goes on where it stopped, bound to the same version of the object', async () => {
  const body = '{"q":"Who was it?"}\n'.repeat(20_000);
  aws.store.put('s3://mine/qa.jsonl', body);
  aws.faults.add((call) => call.operation === 'GetObject' && isSigned(call), { kind: 'cut' });
  expect(texts(await fetch('s3://mine/qa.jsonl'))).toEqual([body]);
  const [first, second] = reads().filter(isSigned);
  expect(first!.headers['if-match']).toBe(second!.headers['if-match']);
  expect(second!.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
});

test('a folder that grew is listed again for a new run, and not for one that goes on', async () => {
  aws.store.put('s3://mine/day/a.jsonl', 'a');
  const uri = 's3://mine/day/';
  await fetch(uri);
  aws.store.put('s3://mine/day/b.jsonl', 'b');
  expect(texts(await fetch(uri))).toEqual(['a']);
  expect(texts(await fetch(uri, { refresh: 'folders' }))).toEqual(['a', 'b']);
  expect(reads().filter(isSigned)).toHaveLength(2);
});

test('without credentials it says so beside the refusal', async () => {
  aws.store.put('s3://mine/qa.jsonl', '{}\n');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) vi.stubEnv(name, '');
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, join(cacheDir, 'none'));
  const openStore = () => openS3ObjectStore({ env: { AWS_ENDPOINT_URL: aws.url } });
  await expect(fetch('s3://mine/qa.jsonl', { openStore })).rejects.toMatchObject({
    code: 'AWS_CREDENTIALS',
    message: expect.stringMatching(/refuses s3:\/\/mine\/qa\.jsonl \(403\); with credentials: .*credentials/),
  });
});

test('a right that is missing is named with its statement', async () => {
  aws.store.put('s3://mine/qa.jsonl', '{}\n');
  aws.faults.add('ListObjectsV2', { kind: 'access-denied' });
  await expect(fetch('s3://mine/folder/')).rejects.toMatchObject({
    code: 'AWS_ACCESS_DENIED',
    hint: expect.stringContaining('s3:ListObjectsV2'),
  });
});

test.each([
  ['access-denied', 'AWS_ACCESS_DENIED', 'not allowed to call s3:'],
  ['expired-token', 'AWS_CREDENTIALS', 'expired'],
] as const)('why an object is refused is told though a HEAD does not say: %s', async (kind, code, message) => {
  aws.store.put('s3://mine/qa.jsonl', '{}\n');
  aws.faults.add((call) => call.target === 'mine/qa.jsonl' && isSigned(call), { kind }, 2);
  await expect(fetch('s3://mine/qa.jsonl')).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

test('a key that nothing is below says what a folder takes', async () => {
  await expect(fetch('s3://mine/nothing/')).rejects.toMatchObject({
    code: 'DATASET_DOWNLOAD',
    message: 's3://mine/nothing/ is no object, and nothing below it is a data file',
  });
});
