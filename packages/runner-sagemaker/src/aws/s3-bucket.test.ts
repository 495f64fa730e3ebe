import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SampleAccount } from '../../test/sample-account.ts';
import type { S3Bucket } from './s3-bucket.ts';

let account: SampleAccount;
let bucket: S3Bucket;
beforeEach(async () => {
  account = await SampleAccount.open();
  bucket = account.store;
});
afterEach(() => account.close());

test('throttling, faults and broken connections are waited out by every call', async () => {
  const { faults, store } = account.aws;
  faults.add('PutObject', { kind: 'throttle' }, 2).add('PutObject', { kind: 'reset-after' });
  await bucket.put('a/1', () => 'one', { contentType: 'text/plain' });
  expect(store.get('s3://bkt/a/1')?.toString()).toBe('one');
  faults.add('GetObject', { kind: 'server-error', status: 503 }, 2).add('GetObject', { kind: 'reset' });
  expect(await bucket.get('a/1')).toBe('one');
  faults.add('ListObjectsV2', { kind: 'throttle' }, 3);
  expect(await bucket.list('a/')).toEqual(['a/1']);
});

test('a download that breaks off is begun again, and a file appears only when it is whole', async () => {
  account.aws.store.put('s3://bkt/big', 'x'.repeat(500_000));
  account.aws.faults.add('GetObject', { kind: 'cut' }, 2);
  const file = join(account.folder, 'sub', 'big');
  expect(await bucket.download('big', file)).toBe(true);
  expect((await readFile(file)).length).toBe(500_000);
  await rm(file);
  account.aws.faults.add('GetObject', { kind: 'cut' }, 100);
  await expect(bucket.download('big', file)).rejects.toMatchObject({ code: 'AWS_SERVICE' });
  expect(await readdir(join(account.folder, 'sub'))).not.toContain('big');
});

test('what is not there is undefined, and what one may not do names the action', async () => {
  expect(await bucket.get('nothing')).toBeUndefined();
  expect(await bucket.download('nothing', join(account.folder, 'nothing'))).toBe(false);
  account.aws.faults.add('PutObject', { kind: 'access-denied' });
  await expect(bucket.put('b', () => 'x')).rejects.toMatchObject({
    code: 'AWS_ACCESS_DENIED',
    message: expect.stringContaining('s3:PutObject'),
  });
});
