import { afterEach, beforeEach, expect, test } from 'vitest';
import { SampleAccount } from '../../test/sample-account.ts';
import { requireOwnBucket } from './own-bucket.ts';

let account: SampleAccount;
beforeEach(async () => {
  account = await SampleAccount.open();
});
afterEach(() => account.close());

const check = (bucket: string | undefined, foreignBuckets: readonly string[] | undefined = []) =>
  requireOwnBucket(account.connection, { bucket, foreignBuckets, clock: account.aws.clock });

test("one's own bucket is taken, another account's refused by name unless it is allowed", async () => {
  const { store } = account.aws;
  store.createBucket('theirs');
  store.owners.set('theirs', '999999999999');
  await check('bkt');
  await expect(check('theirs')).rejects.toMatchObject({
    code: 'CONFIG_NOT_ALLOWED',
    message: 's3://theirs is not seen to be a bucket of account 123456789012',
    hint: expect.stringContaining('--allow-host theirs'),
  });
  await check('theirs', ['theirs']);
  await check('nowhere');
});

test('nothing is asked of AWS where there is no bucket, or who calls vouches for it', async () => {
  await check(undefined);
  await requireOwnBucket(account.connection, { bucket: 'theirs' });
  expect(account.aws.calls).toEqual([]);
});

test('faults on the way are waited out', async () => {
  account.aws.faults.add('GetCallerIdentity', { kind: 'reset' }, 2).add('HeadObject', { kind: 'reset' });
  await check('bkt');
});
