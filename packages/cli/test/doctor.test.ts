import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assay } from './assay.ts';

test('the doctor names what is here, the devices of the runtime too, and how to get the rest', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay doctor '));
  const { code, stdout } = await assay(['doctor'], folder, { ASSAY_MODELS_DIR: folder, HF_HOME: folder });
  await rm(folder, { recursive: true, force: true });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ok {7}local models {2}@assay\/runner-local$/m);
  expect(stdout).toMatch(/^ok {7}devices {7}cpu(, \w+)*$/m);
  expect(stdout).toMatch(/^missing {2}models {8}.*\n +npm install @assay\/model-smollm2-135m-instruct/m);
});
