import { expect, test } from 'vitest';
import { assayVersion } from '../assay-version.ts';
import { localModels, optional } from './optional-package.ts';

const missing = (name: string) =>
  Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' });

test('a package that is not installed is answered with the command that adds it', async () => {
  const load = () => Promise.reject(missing('@assay/runner-local'));
  await expect(optional('@assay/runner-local', load)).rejects.toMatchObject({
    code: 'PACKAGE_MISSING',
    hint: 'Add it: npm install @assay/runner-local',
  });
});

test('one of another version is refused, with the version that fits', async () => {
  const load = async () => ({});
  await expect(optional('@assay/runner-sagemaker', load, () => '0.0.1')).rejects.toMatchObject({
    code: 'PACKAGE_VERSION',
    message: expect.stringContaining(`@assay/runner-sagemaker is 0.0.1, and assay is ${assayVersion()}`),
    hint: `Take the same version: npm install @assay/runner-sagemaker@${assayVersion()}`,
  });
});

test('what is missing inside of an installed package is that package’s own fault', async () => {
  const load = () => Promise.reject(missing('onnxruntime-node'));
  await expect(optional('@assay/runner-local', load)).rejects.toThrow("Cannot find package 'onnxruntime-node'");
});

test('the packages here are of one version', async () => {
  expect(typeof (await localModels()).listModels).toBe('function');
});
