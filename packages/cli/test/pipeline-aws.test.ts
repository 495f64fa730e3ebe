import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runStepHere } from '../../runner-sagemaker/test/in-process-steps.ts';
import { languageModel, publishModels } from '../../runner-sagemaker/test/jumpstart-documents.ts';
import { type StandIn, startStandIn } from '../../runner-sagemaker/test/stand-in/stand-in.ts';
import { assay, startAssay } from './assay.ts';
import { assayHere } from './assay-here.ts';
import { containers } from './run-container.ts';

const ROLE = 'arn:aws:iam::123456789012:role/Exec';
const IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/assay:1';
const PLACE = ['--bucket', 'bkt', '--role-arn', ROLE, '--image-uri', IMAGE];

let aws: StandIn;
let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  aws = await startStandIn();
  aws.store.createBucket('bkt');
  folder = await mkdtemp(join(tmpdir(), 'assay-cloud-'));
  env = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_CONFIG_FILE: '/dev/null',
  };
  aws.pipelines.runJob = containers({ folder, env });
  publishModels(aws.store, [languageModel('some-model', '1.2.0')]);
  aws.control.seedEndpoint('theirs');
  aws.runtime.serve('theirs', ({ body }) => {
    const n = Number(/Question (\d+)/.exec(body.toString())![1]);
    return { body: JSON.stringify([{ generated_text: n % 4 === 0 ? 'no idea' : `It is word${n}.` }]) };
  });
  const rows = Array.from({ length: 21 }, (_, i) => ({ q: `Question ${i}?`, a: `word${i}` }));
  await writeFile(join(folder, 'data.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await writeFile(
    join(folder, 'c.yaml'),
    `pipeline: { name: from-the-command }
dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a }
models:
  - name: m
    model_id: some-model
    endpoint_name: theirs
    deployment_config: { instance_type: ml.g5.2xlarge }
    evaluation_config: { output: '[0].generated_text', content_template: PROMPT_PLACEHOLDER }
algorithms: [{ algorithm: factual_knowledge }]
sharding: { shards: 3, instances: 2 }
model_registry: { model_package_group_name: Best }
`,
  );
});
afterEach(async () => {
  await aws.close();
  await rm(folder, { recursive: true, force: true });
});

/** All of it but the run's own name and times. */
async function summaryOf(run: string): Promise<string> {
  const { run: _, timing: __, crc32: ___, ...rest } = JSON.parse(await readFile(join(run, 'summary.json'), 'utf8'));
  return JSON.stringify(rest);
}

async function ended(execution: string): Promise<void> {
  const { DescribePipelineExecution: describe } = aws.pipelines.operations;
  while (
    (describe!({ PipelineExecutionArn: execution }) as { PipelineExecutionStatus: string }).PipelineExecutionStatus ===
    'Executing'
  ) {
    await aws.clock.sleep(60_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('on AWS, on this machine and in one process, the same config and seed give the same summary', async () => {
  const started = await assay(['pipeline', 'start', 'c.yaml', ...PLACE], folder, env);
  expect(started.code, started.stderr).toBe(0);
  const execution = started.stdout.trim();
  expect(execution).toMatch(/^arn:aws:sagemaker:us-east-1:\d{12}:pipeline\/from-the-command\/execution\//);
  const before = aws.control.inventory();
  await ended(execution);
  const watched = await assay(['pipeline', 'watch', execution], folder, env);
  expect(watched.stdout + watched.stderr).toContain('Succeeded');
  expect(watched.code, watched.stderr).toBe(0);
  expect(watched.stderr).toMatch(/merge {2}Succeeded/);
  expect(aws.control.inventory()).toEqual(before);
  expect([...aws.control.modelPackages.values()]).toHaveLength(1);

  const fetched = await assay(['pipeline', 'results', 'c.yaml', execution, '--bucket', 'bkt'], folder, env);
  expect(fetched.code, fetched.stderr).toBe(0);
  const whole = await assay(['run', 'c.yaml', '-o', 'whole', '--no-cache'], folder, env);
  expect(whole.code, whole.stderr).toBe(0);
  const local = await assay(['pipeline', 'run', '--local', 'c.yaml', '-o', 'local'], folder, env);
  expect(local.code, local.stderr).toBe(0);
  expect(aws.control.inventory()).toEqual(before);
  const expected = await summaryOf(join(folder, 'whole'));
  expect(await summaryOf(fetched.stdout.trim())).toEqual(expected);
  expect(await summaryOf(join(folder, 'local/run'))).toEqual(expected);
  const report = await assayHere(['report', fetched.stdout.trim(), '--format', 'md', '-o', 'r.md'], folder);
  expect(report.code, report.stderr).toBe(0);
}, 120_000);

test('Ctrl-C ends the watching, says that the execution goes on, and how to watch and stop it', async () => {
  const jobs = aws.pipelines.runJob;
  let release = (): void => {};
  aws.pipelines.runJob = async (job) => {
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    return jobs(job);
  };
  const { child, finished } = startAssay(['pipeline', 'start', 'c.yaml', ...PLACE, '--watch'], folder, env);
  aws.faults.add(
    ({ operation }) => {
      if (operation === 'ListPipelineExecutionSteps') child.kill('SIGINT');
      return false;
    },
    { kind: 'reset' },
  );
  const { code, stdout, stderr } = await finished;
  expect(code, stderr).toBe(130);
  const execution = stdout.trim();
  expect(stderr).toContain(`${execution} goes on`);
  expect(stderr).toContain(`assay pipeline watch ${execution}`);
  expect(stderr).toContain(`assay pipeline stop ${execution}`);
  expect(stderr).not.toContain('saving what is done');
  aws.pipelines.operations.StopPipelineExecution!({ PipelineExecutionArn: execution });
  release();
  await aws.pipelines.settled();
}, 120_000);

test('an execution that failed is continued under its own ARN, and no other is', async () => {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const settings = { region: 'us-east-1', credentials, endpoint: aws.url };
  let fails = true;
  aws.pipelines.runJob = async (job) => {
    if (fails && job.step === 'merge') throw new Error('no space left');
    return runStepHere(job, { folder, settings, clock: aws.clock, roleArn: ROLE });
  };
  const failed = await assayHere(['pipeline', 'start', 'c.yaml', ...PLACE], folder, env);
  expect(failed.code, failed.stderr).toBe(0);
  await aws.pipelines.settled();
  const execution = failed.stdout.trim();
  const resume = (arn: string, ...more: string[]) =>
    assayHere(['pipeline', 'start', 'c.yaml', '--resume', arn, ...more], folder, env);
  const strange = await resume(execution.replace('from-the-command', 'another'));
  expect([strange.code, strange.stderr]).toEqual([2, expect.stringContaining('no execution of the pipeline')]);
  expect((await resume(execution, '--limit', '3')).code).toBe(2);
  fails = false;
  const asked = aws.calls.filter(({ operation }) => operation === 'InvokeEndpoint').length;
  const resumed = await resume(execution);
  expect([resumed.code, resumed.stdout.trim()], resumed.stderr).toEqual([0, execution]);
  await aws.pipelines.settled();
  expect(aws.calls.filter(({ operation }) => operation === 'InvokeEndpoint')).toHaveLength(asked);
  expect(aws.control.modelPackages.size).toBe(1);
  const done = await resume(execution);
  expect([done.code, done.stderr]).toEqual([2, expect.stringContaining('is Succeeded')]);
}, 120_000);

test('the doctor says what is missing with exit code 2, and is content with what is there', async () => {
  const missing = await assayHere(['pipeline', 'doctor', 'c.yaml'], folder, env);
  expect(missing.code).toBe(2);
  expect(missing.stdout).toMatch(/missing {2}bucket/);
  const content = await assayHere(['pipeline', 'doctor', ...PLACE], folder, env);
  expect(content.code, content.stdout).toBe(0);
}, 120_000);

test('a start without bucket or role says so before anything is uploaded', async () => {
  const { code, stderr } = await assayHere(['pipeline', 'start', 'c.yaml', '--role-arn', ROLE], folder, env);
  expect([code, stderr]).toEqual([2, expect.stringContaining('no bucket is set')]);
  expect(aws.calls).toEqual([]);
}, 120_000);

async function change(from: string, to: string): Promise<void> {
  const file = join(folder, 'c.yaml');
  const text = await readFile(file, 'utf8');
  expect(text).toContain(from);
  await writeFile(file, text.replace(from, to));
}

const MODEL = /models:.*algorithms/s;
const ALGORITHM = '[{ algorithm: factual_knowledge }]';

test.each([
  [
    'a variable',
    'openai: { base_url: "https://api.example.com/v1", model: x, api_key_env: AWS_SECRET_ACCESS_KEY }',
    '--allow-env AWS_SECRET_ACCESS_KEY',
  ],
  ['a private host', 'openai: { base_url: "http://10.1.2.3/v1", model: x }', '--allow-host 10.1.2.3'],
  ['a command', 'exec: { command: [sh, -c, id] }', '--allow-code'],
  [
    'training data from elsewhere',
    'model_id: some-model, sagemaker: {}, finetuning: { train_data_path: ../secret, parameters: {} }',
    '--allow-file',
  ],
])(
  'start refuses %s as run does, before anything is uploaded; render tells it',
  async (_, block, flag) => {
    const text = await readFile(join(folder, 'c.yaml'), 'utf8');
    await mkdir(join(folder, 'project'));
    await writeFile(join(folder, 'secret'), 'x');
    const config = join(folder, 'project', 'c.yaml');
    await writeFile(join(folder, 'project', 'data.jsonl'), await readFile(join(folder, 'data.jsonl')));
    await writeFile(config, text.replace(MODEL, `models: [{ name: m, ${block} }]\nalgorithms`));
    const cwd = join(folder, 'project');
    const { code, stderr } = await assayHere(['pipeline', 'start', config, ...PLACE], cwd, env);
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(/^CONFIG_(CODE_)?NOT_ALLOWED /m);
    expect(stderr).toContain(flag);
    expect(aws.store.keys('bkt')).toEqual([]);
    const rendered = await assayHere(['pipeline', 'render', config, ...PLACE], cwd, env);
    expect(rendered.stderr).toContain(`needs ${flag}`);
  },
  60_000,
);

test('what start was allowed goes with the pipeline, its module too; a step that was not given it refuses', async () => {
  await writeFile(
    join(folder, 'mine.mjs'),
    `const scores = { long: { summary: 'is long', kind: 'binary', range: [0, 1], better: 'higher' } };
export default { name: 'mine', summary: 'long answers', needs: () => ['model_input'], scores: () => scores,
  score: ({ answers }) => ({ scores: { long: answers.get('original').text.length > 5 ? 1 : 0 } }), signature: () => 'mine|v1' };
`,
  );
  await change(ALGORITHM, '[{ algorithm: mine, module: ./mine.mjs }]');
  const refused = await assayHere(['pipeline', 'start', 'c.yaml', ...PLACE], folder, env);
  expect(refused.stderr).toMatch(/^CONFIG_CODE_NOT_ALLOWED .*mine\.mjs/m);
  const { code, stdout, stderr } = await assay(['pipeline', 'start', 'c.yaml', ...PLACE, '--allow-code'], folder, env);
  expect(code, stderr).toBe(0);
  await ended(stdout.trim());
  const fetched = await assayHere(['pipeline', 'results', 'c.yaml', stdout.trim(), '--bucket', 'bkt'], folder, env);
  expect(fetched.code, fetched.stderr).toBe(0);
  expect(await summaryOf(fetched.stdout.trim())).toContain('"long"');

  const place = join(folder, 'ml');
  await mkdir(join(place, 'processing/input/config'), { recursive: true });
  for (const [name, as] of [
    ['c.yaml', 'evaluation_config.yaml'],
    ['mine.mjs', 'mine.mjs'],
    ['data.jsonl', 'data.jsonl'],
  ] as const)
    await writeFile(join(place, 'processing/input/config', as), await readFile(join(folder, name)));
  const step = await assayHere(['step', 'preprocess', '--shards', '1', '--ml-root', place], folder, env);
  expect(step.code).toBe(2);
  expect(step.stderr).toMatch(/CONFIG_CODE_NOT_ALLOWED .*mine\.mjs/);
}, 120_000);
