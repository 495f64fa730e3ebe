import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../../runner-sagemaker/test/stand-in/stand-in.ts';
import { assay, scriptedProject } from './assay.ts';
import { assayHere } from './assay-here.ts';

let aws: StandIn;
let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  aws = await startStandIn({ createMs: 0, deleteMs: 0 });
  folder = await mkdtemp(join(tmpdir(), 'assay-cost-'));
  env = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_CONFIG_FILE: '/dev/null',
  };
  await writeFile(join(folder, 'data.jsonl'), '{"q":"Q?","a":"A"}\n'.repeat(4));
  await writeFile(join(folder, 'prices.yaml'), 'currency: EUR\ninstances: { ml.g5.2xlarge: { endpoint: 3600 } }\n');
  await writeFile(
    join(folder, 'c.yaml'),
    `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a }
models:
  - name: m
    endpoint_name: mine
    sagemaker: { image_uri: 'i:1' }
    deployment_config: { instance_type: ml.g5.2xlarge }
    evaluation_config: { content_template: PROMPT_PLACEHOLDER }
algorithms: [{ algorithm: factual_knowledge }]
aws: { role_arn: 'arn:aws:iam::123456789012:role/Exec' }
`,
  );
});
afterEach(async () => {
  await aws.close();
  await rm(folder, { recursive: true, force: true });
});

const RUN = ['run', 'c.yaml', '--no-cache', '-o', 'out'];
const run = (...args: string[]) => assayHere([...RUN, ...args], folder, env);

test('a run says what its endpoint will cost before it is created, and what it was billed for after', async () => {
  const { code, stderr } = await run('--prices', 'prices.yaml');
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/estimate mine: ml\.g5\.2xlarge, 3600\.00 EUR an hour[\s\S]*creating endpoint mine/);
  expect(stderr).toMatch(/billed {3}mine: \d+ s of ml\.g5\.2xlarge, [\d.]+ EUR\ncost {5}[\d.]+ EUR/);
});

test('a run without prices calls the cost unknown', async () => {
  const { code, stderr } = await run();
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('unknown price');
  expect(stderr).toContain('cost     unknown');
});

test('a run that reaches --max-cost is saved, its endpoint deleted, and says why with exit code 3', async () => {
  aws.faults.add('InvokeEndpoint', { kind: 'slow', ms: 1_500 }, 1_000);
  const { code, stderr } = await assay([...RUN, '--prices', 'prices.yaml', '--max-cost', '0.5'], folder, env);
  expect(code, stderr).toBe(3);
  expect(stderr).toMatch(/RUN_LIMIT.*has reached the limit of 0\.50 EUR/);
  expect(stderr).toContain('--resume');
  expect(stderr).toContain('deleted endpoint mine');
  expect(aws.control.inventory()).toEqual([]);
  expect(await readFile(join(folder, 'out', 'journal.jsonl'), 'utf8')).toContain('"kind":"run"');
});

test('a limit of the cost that no price can keep is refused before anything is created', async () => {
  await writeFile(join(folder, 'prices.yaml'), 'currency: EUR\n');
  const unknown = await run('--prices', 'prices.yaml', '--max-cost', '5');
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('the price of ml.g5.2xlarge (endpoint) is unknown');
  const none = await run('--max-cost', '5');
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('a limit of the cost needs prices');
  expect(aws.calls.filter(({ operation }) => operation.startsWith('Create'))).toEqual([]);
});

test('aws.max_cost of the config is a limit as the flag is', async () => {
  const config = await readFile(join(folder, 'c.yaml'), 'utf8');
  await writeFile(
    join(folder, 'c.yaml'),
    `${config.replace('aws: {', 'aws: { max_cost: 5,')}prices: { currency: EUR }\n`,
  );
  const { code, stderr } = await run();
  expect(code).toBe(2);
  expect(stderr).toContain('the price of ml.g5.2xlarge (endpoint) is unknown');
});

test('a run that reaches --max-runtime is saved, and continues with --resume', async () => {
  const project = await scriptedProject(40, 60);
  try {
    const args = ['run', project.config, '--no-cache', '--max-concurrency', '1'];
    const first = await assayHere([...args, '-o', 'out', '--max-runtime', '1s'], project.folder);
    expect(first.code, first.stderr).toBe(3);
    expect(first.stderr).toMatch(/RUN_LIMIT.*the run has taken its limit of 1 s/);
    const second = await assayHere([...args, '--resume', 'out'], project.folder);
    expect(second.code, second.stderr).toBe(0);
    expect(second.stderr).toMatch(/samples are on disk already/);
    const bad = await assayHere([...args, '--max-runtime', 'soon'], project.folder);
    expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('90s, 30m or 2h')]);
  } finally {
    await project.remove();
  }
});

test('a pipeline says before what it can cost at most, and after what each job was billed for and where its log is', async () => {
  aws.store.createBucket('bkt');
  await writeFile(
    join(folder, 'prices.yaml'),
    'currency: EUR\ninstances: { ml.m5.xlarge: { processing: 0.5 }, ml.g5.2xlarge: { endpoint: 2 } }\n',
  );
  const place = ['--bucket', 'bkt', '--image-uri', '123456789012.dkr.ecr.us-east-1.amazonaws.com/assay:1'];
  const start = (...args: string[]) => assayHere(['pipeline', 'start', 'c.yaml', ...place, ...args], folder, env);
  const refused = await start('--max-cost', '5');
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('needs prices')]);
  const { code, stderr } = await start('--prices', 'prices.yaml', '--max-runtime', '2h', '--max-cost', '50', '--watch');
  // The stand-in's containers leave nothing behind here, so that the evaluation fails.
  expect(code, stderr).toBe(3);
  expect(stderr).toMatch(
    /evaluate-m {2}Failed[^\n]*\n {2}log: aws logs tail \/aws\/sagemaker\/ProcessingJobs --log-stream-name-prefix \S+evaluate-m\/ /,
  );
  expect(stderr).toContain('estimate  preprocess: ml.m5.xlarge, 0.50 EUR an hour, at most 1.00 EUR in 2 h');
  expect(stderr).toMatch(/estimate {2}\S+ \(endpoint\): ml\.g5\.2xlarge, 2\.00 EUR an hour, at most 4\.00 EUR in 2 h/);
  expect(stderr).toMatch(/estimate {2}in all: at most [\d.]+ EUR; steps that end sooner cost less/);
  expect(stderr).toMatch(/billed {4}preprocess: \d+ s of ml\.m5\.xlarge \(processing\), [\d.]+ EUR/);
  expect(stderr).toMatch(/cost {6}[\d.]+ EUR/);
}, 60_000);

test('a plan says what a deployment would cost an hour, and creates nothing', async () => {
  const { code, stdout, stderr } = await assayHere(['plan', 'c.yaml', '--prices', 'prices.yaml'], folder, env);
  expect(code, stderr).toBe(0);
  expect(stdout.replace(/\s+/g, ' ')).toContain('ml.g5.2xlarge: 3600.00 EUR an hour, while the endpoint is up');
  expect(aws.calls).toEqual([]);
});
