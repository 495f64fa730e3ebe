import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../../docker/serve.sh', import.meta.url));
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'assay-serve-'));
  await mkdir(join(root, 'bin'));
  // The command itself is tried elsewhere: here only what the image calls it with.
  await writeFile(join(root, 'bin', 'assay'), '#!/bin/sh\necho "$@"\n');
  await chmod(join(root, 'bin', 'assay'), 0o755);
});
afterEach(() => rm(root, { recursive: true, force: true }));

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const path = `${join(root, 'bin')}:${process.env.PATH}`;
  const { status, stdout, stderr } = spawnSync('sh', [SCRIPT, ...args], {
    env: { PATH: path, SM_MODEL_DIR: join(root, 'model'), ...env },
    encoding: 'utf8',
  });
  return { status, said: `${stdout}${stderr}`.trim() };
}

const modelFile = async (...path: string[]): Promise<void> => {
  const file = join(root, 'model', ...path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, '{}');
};

test('SageMaker’s model data are served, on the port that it names', async () => {
  await modelFile('config.json');
  expect(start(['serve']).said).toBe(`serve ${join(root, 'model')} --host 0.0.0.0 --port 8080 --no-token`);
  expect(start(['serve'], { SAGEMAKER_BIND_TO_PORT: '9000' }).said).toContain('--port 9000');
});

test('an endpoint without model data fails at start, and says what it found', async () => {
  expect(start(['serve'])).toMatchObject({
    status: 1,
    said: expect.stringContaining(`there is no ${join(root, 'model')}`),
  });
  await modelFile('weights.bin');
  expect(start(['serve'])).toMatchObject({ status: 1, said: expect.stringContaining('holds weights.bin') });
  expect(start([])).toMatchObject({ status: 1 });
});

test('an archive with a folder around the model fails at start, and says where the model lies', async () => {
  await modelFile('my-model', 'config.json');
  const { status, said } = start(['serve']);
  expect(status).toBe(1);
  expect(said).toContain(`the model lies in ${join(root, 'model', 'my-model')}: pack its files at the top`);
});

test('the embedded model is served where it is named, or where the image is tried by hand', () => {
  expect(start(['serve'], { ASSAY_MODEL: 'SmolLM2-135M-Instruct' }).said).toContain('serve SmolLM2-135M-Instruct');
  expect(start([]).said).toBe('serve SmolLM2-135M-Instruct --host 0.0.0.0 --port 8080');
});
