import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { resolveAwsSettings } from './aws-settings.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-settings-'));
  await writeFile(join(folder, 'config'), '[profile work]\nregion = eu-central-1\n');
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'none'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const region = async (options: Parameters<typeof resolveAwsSettings>[0]): Promise<string> =>
  (await resolveAwsSettings({ env: {}, ...options })).region;

test('the region is that of the flag, the model, the config, the environment, the profile, in this order', async () => {
  const env = { AWS_REGION: 'us-west-1', AWS_DEFAULT_REGION: 'us-west-2' };
  const all = { region: 'eu-west-1', modelRegion: 'eu-west-2', aws: { region: 'eu-west-3' }, env, profile: 'work' };
  expect(await region(all)).toBe('eu-west-1');
  const { region: _, ...withoutFlag } = all;
  expect(await region(withoutFlag)).toBe('eu-west-2');
  const { modelRegion: __, ...withoutModel } = withoutFlag;
  expect(await region(withoutModel)).toBe('eu-west-3');
  const { aws: ___, ...withoutConfig } = withoutModel;
  expect(await region(withoutConfig)).toBe('us-west-1');
  expect(await region({ ...withoutConfig, env: { AWS_DEFAULT_REGION: 'us-west-2' } })).toBe('us-west-2');
  expect(await region({ profile: 'work' })).toBe('eu-central-1');
});

test('no region at all is said with the three ways to set one', async () => {
  await expect(resolveAwsSettings({ env: { AWS_REGION: '', AWS_DEFAULT_REGION: '' } })).rejects.toMatchObject({
    code: 'AWS_CREDENTIALS',
    message: 'no AWS region is set',
    hint: expect.stringMatching(/--region.*aws\.region.*AWS_REGION/),
  });
});
