import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Fate } from '../../core/test/batch/vendor-jobs.ts';
import { type StandIn, startStandIn } from '../../runner-sagemaker/test/stand-in/stand-in.ts';
import { assay } from './assay.ts';
import { assayHere } from './assay-here.ts';

const SAMPLES = 6;

let aws: StandIn;
let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(() => begin());
afterEach(async () => {
  await aws.close();
  await rm(folder, { recursive: true, force: true });
});

/** @param fate of the nth job */
async function begin(fate?: (n: number) => Fate): Promise<void> {
  await aws?.close();
  aws = await startStandIn({ batches: { looks: () => 1, ...(fate && { fate }) } });
  aws.store.createBucket('bkt');
  aws.invocationJobs.least = 2;
  folder = await mkdtemp(join(tmpdir(), 'assay-bedrock-'));
  env = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_CONFIG_FILE: '/dev/null',
  };
  const rows = Array.from({ length: SAMPLES }, (_, i) => ({ q: `Question ${i}?`, a: `Question ${i}?` }));
  await writeFile(join(folder, 'data.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await writeConfig();
}

/** @param role where the config names it @param least records that a batch must have @param api and more of the block */
async function writeConfig({
  role = ", role_arn: 'arn:aws:iam::123456789012:role/Exec'",
  least = ', quotas: { bedrock_batch_records: 2 }',
  block = '',
  settings = '',
} = {}): Promise<void> {
  await writeFile(
    join(folder, 'c.yaml'),
    `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a }
models: [{ name: m, bedrock: { model_id: amazon.nova-lite-v1:0, mode: batch${block} }${settings} }]
algorithms: [{ algorithm: factual_knowledge }]
aws: { bucket: bkt, prefix: eval${role}${least} }
prices: { currency: USD, tokens: { amazon.nova-lite-v1:0: { input: 100000, output: 200000 } } }
`,
  );
}

const RUN = ['run', 'c.yaml', '--no-cache'];
const run = (...more: string[]) => assayHere([...RUN, ...more], folder, env);
const operations = (): string[] => aws.calls.map(({ operation }) => operation);

test('a run asks by a job over records in S3, says how far it is, and costs half', async () => {
  const { code, stdout, stderr } = await assay([...RUN, '-o', 'out'], folder, env);
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/m: batch arn:aws:bedrock:\S+ is InProgress/);
  // 6 × (5 × 0.1 + 2 × 0.2), halved.
  expect(stdout + stderr).toContain('2.70 USD');
  expect(aws.invocationJobs.jobs.map(({ requests }) => requests.length)).toEqual([SAMPLES]);
  expect(aws.store.keys('bkt').every((key) => key.startsWith('eval/bedrock/'))).toBe(true);
  const summary = await readFile(join(folder, 'out/summary.json'), 'utf8');
  expect(JSON.parse(summary)).toMatchObject({ models: [{ states: { scored: SAMPLES } }] });
});

test('a model in its own form is asked in batches as well', async () => {
  const template = '{ content_template: { prompt: PROMPT_PLACEHOLDER }, output: completion }';
  await writeConfig({ block: ', api: invoke', settings: `, evaluation_config: ${template}` });
  const { code, stderr } = await run('-o', 'out');
  expect(code, stderr).toBe(0);
  const summary = await readFile(join(folder, 'out/summary.json'), 'utf8');
  expect(JSON.parse(summary)).toMatchObject({ models: [{ states: { scored: SAMPLES } }] });
});

test('plan tells the saving, asks at once for its probe, and makes no job', async () => {
  const { code, stdout, stderr } = await assayHere(['plan', 'c.yaml'], folder, env);
  expect(code, stderr).toBe(0);
  expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/in batches, \S+ USD less than \S+ at once/);
  expect(stdout).toContain('within a day');
  expect(operations()).not.toContain('CreateModelInvocationJob');
});

test('a job that was stopped elsewhere ends the run by name; a resume sends the rest', async () => {
  await begin((n) => (n === 0 ? 'cancelled' : 'completed'));
  const first = await run('-o', 'out');
  expect(first.code).toBe(3);
  expect((first.stdout + first.stderr).replaceAll(/\s+/g, ' ')).toContain('3 of 6 requests');
  const second = await run('--resume', 'out');
  expect(second.code, second.stderr).toBe(0);
  expect(aws.invocationJobs.jobs.map(({ requests }) => requests.length)).toEqual([SAMPLES, 3]);
  expect(aws.invocationJobs.chargedTwice).toEqual([]);
});

test('fewer requests than Bedrock takes in a batch are told before anything is sent', async () => {
  await writeConfig({ least: '' });
  const { code, stderr } = await run('-o', 'out');
  expect(code).toBe(3);
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain('at least 100 requests, and 6 are left: take mode: realtime');
  expect(operations()).not.toContain('PutObject');
});

test('a job whose records Bedrock refuses says why, and what to look at', async () => {
  aws.invocationJobs.least = 50;
  const { code, stderr } = await run('-o', 'out');
  expect(code).toBe(3);
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain('failed: 6 records; a job takes 50 to 50000');
});

test.each([
  ['a role', { role: '' }, 'Bedrock needs a role'],
  [
    'no guardrail',
    { block: ', guardrail: { id: g1, version: DRAFT }' },
    'has a guardrail, which a batch does not take',
  ],
])('a batch needs %s, and says so before anything is sent', async (_, change, said) => {
  await writeConfig(change);
  const { code, stderr } = await run('-o', 'out');
  expect(code).not.toBe(0);
  expect(stderr).toContain(said);
  expect(operations()).toEqual([]);
});
