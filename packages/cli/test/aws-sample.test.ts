import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assayHere } from './assay-here.ts';

const SAMPLE = fileURLToPath(new URL('../../core/fixtures/aws-sample', import.meta.url));
const FILES = [
  'config',
  'pipeline_config',
  'pipeline_finetuning_config',
  'pipeline_scale_config',
  'pipeline_scale_hybrid_config',
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-aws-'));
  await cp(SAMPLE, folder, { recursive: true });
  const rows = [
    { question: 'What is the capital of France?', answer: 'Paris<OR>City of Light' },
    { question: 'What colour is the sky on a clear day?', answer: 'blue' },
  ];
  await writeFile(
    join(folder, 'evaluation_dataset_trivia.jsonl'),
    rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  );
  // The sample asks for 100 tokens; a few are enough here.
  const config = join(folder, 'pipeline_config.yaml');
  await writeFile(config, (await readFile(config, 'utf8')).replace('max_new_tokens: 100', 'max_new_tokens: 12'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('every config of the AWS sample passes the check as it is', async () => {
  const { code, stdout, stderr } = await assayHere(
    ['check', ...FILES.map((name) => join(SAMPLE, `${name}.yaml`))],
    folder,
  );
  expect(code, stdout + stderr).toBe(0);
  expect(stdout).toContain('llama2-7b-finetuned (sagemaker)');
});

test('a config without a local block says what to do for a local run', async () => {
  const { code, stderr } = await assayHere(['run', 'pipeline_config.yaml', '--runner', 'local'], folder);
  expect(code).toBe(2);
  expect(stderr).toContain('CONFIG_MISSING_BLOCK');
  expect(stderr).toContain('--local-model');
});

test('the single-model config runs on the embedded model', async () => {
  const { code, stdout, stderr } = await assayHere(
    ['run', 'pipeline_config.yaml', '--runner', 'local', '--local-model', 'SmolLM2-135M-Instruct', '--json'],
    folder,
  );
  expect(code, stderr).toBe(0);
  const { models, scores } = JSON.parse(stdout);
  expect(models[0]).toMatchObject({ name: 'llama2-7b', states: { scored: 2 } });
  expect(models[0].runner).toMatch(/^local:SmolLM2-135M-Instruct@sha256:[0-9a-f]{64}/);
  expect(scores[0]).toMatchObject({ algorithm: 'factual_knowledge', n: 2 });
}, 60_000);

test('with a local block, --runner local is enough', async () => {
  const text = await readFile(join(folder, 'pipeline_config.yaml'), 'utf8');
  await writeFile(
    join(folder, 'both.yaml'),
    text.replace('    deployment_config:', '    local: { model: SmolLM2-135M-Instruct }\n    deployment_config:'),
  );
  const { code, stdout, stderr } = await assayHere(['run', 'both.yaml', '--runner', 'local', '--json'], folder);
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout).models[0].states.scored).toBe(2);
}, 60_000);
