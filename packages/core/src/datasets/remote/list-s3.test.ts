import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startDataServer } from '../../../test/data-server.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { type FetchRemoteOptions, fetchRemote } from './fetch-remote.ts';
import { bucketRegion, bucketUrl } from './list-s3.ts';

const ROWS = '{"question":"Who?","answer":"Ada"}\n'.repeat(5000);

async function bucket(path = '/fmeval/datasets/trex/trex.jsonl') {
  const server = await startDataServer({ [path]: { content: ROWS } });
  const env = { AWS_ENDPOINT_URL_S3: `${server.url}/` };
  const options = { cacheDir: temporaryFolder(), retryDelayMs: 1, env };
  return {
    server,
    path,
    fetch: (uri: string, more: FetchRemoteOptions = {}) => fetchRemote(uri, { ...options, ...more }),
  };
}

describe('s3://', () => {
  it('reads a public object without credentials, a cut connection resumed', async () => {
    const { server, path, fetch } = await bucket();
    server.mishaps.set(path, [{ kind: 'cut', afterBytes: 60_000 }]);
    const [file] = await fetch('s3://fmeval/datasets/trex/trex.jsonl');
    expect(readFileSync(file!, 'utf8')).toBe(ROWS);
    expect(server.gets(path).map(({ range }) => range)).toEqual([undefined, 'bytes=60000-']);
    expect(server.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  it('tells the licence of a set of FMEval as far as it is known', async () => {
    const { fetch } = await bucket();
    const licences: (string | null)[] = [];
    await fetch('s3://fmeval/datasets/trex/trex.jsonl', {
      hooks: { onStart: ({ licence }) => licences.push(licence) },
    });
    expect(licences).toEqual(['not stated by FMEval; check at its origin']);
  });

  it('fetches again what differs from its MD5, and gives up when it differs again', async () => {
    const { server, path, fetch } = await bucket();
    server.mishaps.set(path, [{ kind: 'corrupt' }]);
    const [file] = await fetch('s3://fmeval/datasets/trex/trex.jsonl');
    expect(readFileSync(file!, 'utf8')).toBe(ROWS);
    server.files.set(path, { content: `${ROWS}\n` });
    server.mishaps.set(path, [{ kind: 'corrupt' }, { kind: 'corrupt' }]);
    await expect(fetch('s3://fmeval/datasets/trex/trex.jsonl', { refresh: true })).rejects.toMatchObject({
      code: 'DATASET_DOWNLOAD',
      message: expect.stringContaining('damaged twice'),
    });
  });

  it('takes an ETag of an upload in parts, or under a key of the owner, for no digest', async () => {
    const { server, path, fetch } = await bucket();
    const etag = '"0123456789abcdef0123456789abcdef-3"';
    server.files.set(path, { content: ROWS, etag });
    await expect(fetch('s3://fmeval/datasets/trex/trex.jsonl')).resolves.toHaveLength(1);
    const headers = { 'x-amz-server-side-encryption': 'aws:kms' };
    server.files.set(path, { content: ROWS, etag: etag.replace('-3', ''), headers });
    await expect(fetch('s3://fmeval/datasets/trex/trex.jsonl', { refresh: true })).resolves.toHaveLength(1);
  });

  it('asks for keys with any characters', async () => {
    const { fetch } = await bucket('/my-bucket/a b/c+d#é?.jsonl');
    await expect(fetch('s3://my-bucket/a b/c+d#é?.jsonl')).resolves.toHaveLength(1);
  });

  it('says that only public objects are read', async () => {
    const { server, path, fetch } = await bucket();
    server.files.set(path, { content: '', status: 403 });
    await expect(fetch('s3://fmeval/datasets/trex/trex.jsonl')).rejects.toMatchObject({
      code: 'DATASET_DOWNLOAD',
      hint: expect.stringContaining('aws s3 cp'),
    });
  });

  it('asks the bucket for its region, which a refusal tells too', async () => {
    const server = await startDataServer({
      '/': { content: '', status: 403, headers: { 'x-amz-bucket-region': 'us-west-2' } },
    });
    const request = { shown: 's3://b/k', kind: 's3', headers: () => ({}), retryDelayMs: 1 } as const;
    expect(await bucketRegion(`${server.url}/`, request)).toBe('us-west-2');
    server.files.set('/', { content: '', status: 403, headers: { 'x-amz-bucket-region': 'evil.example/' } });
    expect(await bucketRegion(`${server.url}/`, request)).toBeUndefined();
  });

  it('has the bucket in the host, and in the path where its name has dots', () => {
    expect(bucketUrl('fmeval', 'us-west-2')).toBe('https://fmeval.s3.us-west-2.amazonaws.com');
    expect(bucketUrl('fmeval', undefined)).toBe('https://fmeval.s3.amazonaws.com');
    expect(bucketUrl('data.example.org', 'eu-west-1')).toBe('https://s3.eu-west-1.amazonaws.com/data.example.org');
  });
});
