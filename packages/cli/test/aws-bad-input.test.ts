import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { echoModel } from '../../runner-sagemaker/test/stand-in/runtime.ts';
import { type StandIn, startStandIn } from '../../runner-sagemaker/test/stand-in/stand-in.ts';
import { assayHere } from './assay-here.ts';

let aws: StandIn;
let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  aws = await startStandIn({ createMs: 0 });
  aws.control.seedEndpoint('theirs');
  folder = await mkdtemp(join(tmpdir(), 'assay-aws-bad-'));
  env = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
  const rows = Array.from({ length: 12 }, (_, i) => ({ q: `Question ${i}?`, a: `Question ${i % 2}` }));
  await writeFile(join(folder, 'data.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await configure('endpoint_name: theirs, limits: { max_concurrency: 1 }');
});
afterEach(async () => {
  await aws.close();
  await rm(folder, { recursive: true, force: true });
});

let answered = 0;
beforeEach(() => {
  answered = 0;
  aws.runtime.serve('theirs', (invocation) => {
    answered += 1;
    return echoModel(invocation);
  });
});

const configure = (model: string): Promise<void> =>
  writeFile(
    join(folder, 'c.yaml'),
    `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a }
models: [{ name: m, ${model} }]
algorithms: [{ algorithm: factual_knowledge }]
`,
  );

const run = (output: string, ...more: string[]) =>
  assayHere(['run', 'c.yaml', '-o', output, '--no-cache', ...more], folder, env);

async function summaryOf(output: string): Promise<unknown> {
  const text = await readFile(join(folder, output, 'summary.json'), 'utf8');
  const { run: _, timing: __, crc32: ___, ...rest } = JSON.parse(text);
  return rest;
}

test('credentials that expire midway end the run with its journal whole, and --resume asks only for the rest', async () => {
  aws.faults.add(
    ({ operation, number }) => operation === 'InvokeEndpoint' && number > 6,
    { kind: 'expired-token' },
    99,
  );
  const expired = await run('broken');
  expect(expired.code).not.toBe(0);
  expect(expired.stderr).toMatch(/AWS_CREDENTIALS .*expired[\s\S]*--resume/);
  expect(answered).toBeGreaterThan(0);
  aws.faults.clear();
  const resumed = await run('broken', '--resume');
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(answered).toBe(12);
  expect((await run('whole')).code).toBe(0);
  expect(await summaryOf('broken')).toEqual(await summaryOf('whole'));
});

test('no credentials at all are said so, with what to do', async () => {
  const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...without } = env;
  env = { ...without, AWS_EC2_METADATA_DISABLED: 'true' };
  const { code, stderr } = await run('none');
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/AWS_CREDENTIALS .*Could not load credentials/);
  expect(aws.calls).toEqual([]);
});

test('no region is said with the three ways to set one', async () => {
  const { AWS_REGION: _, ...without } = env;
  env = { ...without, AWS_DEFAULT_REGION: '' };
  const { code, stderr } = await run('none');
  expect([code, stderr]).toEqual([2, expect.stringMatching(/no AWS region is set[\s\S]*--region/)]);
});

test('a role that is missing is said before anything is created', async () => {
  await configure(
    `deployment_config: { instance_type: ml.g5.2xlarge }, sagemaker: { image_uri: 'img:1', model_data: 's3://b/m.tar.gz' }`,
  );
  const { code, stderr } = await run('none');
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/execution role[\s\S]*--role-arn/);
  expect(aws.calls.filter(({ operation }) => operation.startsWith('Create'))).toEqual([]);
});

test('a denied call prints the action and the statement that it lacks', async () => {
  aws.faults.add('InvokeEndpoint', { kind: 'access-denied' }, 99);
  const { code, stderr } = await run('denied');
  expect(code).not.toBe(0);
  expect(stderr).toContain('not allowed to call sagemaker:InvokeEndpoint');
  expect(stderr).toContain('"Action":"sagemaker:InvokeEndpoint"');
});

test('an endpoint of another name, or not in service, is said before the first prompt', async () => {
  await configure('endpoint_name: nobody');
  expect((await run('nobody')).stderr).toContain('there is no endpoint nobody in us-east-1');
  aws.control.seedEndpoint('broken', [], 'Failed');
  await configure('endpoint_name: broken');
  expect((await run('broken')).stderr).toContain('endpoint broken is Failed: seeded as failed');
  expect(answered).toBe(0);
});

test('a JMESPath that finds nothing shows the keys of the answer', async () => {
  await configure(`endpoint_name: theirs, evaluation_config: { output: '[0].generation' }`);
  const { code, stderr } = await run('path');
  expect(code).toBe(3);
  const journal = await readFile(join(folder, 'path/journal.jsonl'), 'utf8');
  expect(`${stderr}${journal}`).toContain('finds nothing in the answer, which has [0].{generated_text}');
});

test('a body above the limit fails its own sample and is never sent', async () => {
  const rows = [
    { q: 'x'.repeat(6_291_456), a: 'x' },
    { q: 'short', a: 'short' },
  ];
  await writeFile(join(folder, 'data.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await run('large');
  expect(answered).toBe(1);
  const journal = await readFile(join(folder, 'large/journal.jsonl'), 'utf8');
  expect(journal).toContain('AWS_PAYLOAD_TOO_LARGE');
});
