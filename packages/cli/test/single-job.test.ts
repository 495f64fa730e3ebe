import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { languageModel, publishModels, TRAINABLE } from '../../runner-sagemaker/test/jumpstart-documents.ts';
import type { JobInstance } from '../../runner-sagemaker/test/stand-in/processing-job.ts';
import { type StandIn, startStandIn } from '../../runner-sagemaker/test/stand-in/stand-in.ts';
import { assayHere } from './assay-here.ts';
import { containers, containersHere } from './run-container.ts';

const ROLE = 'arn:aws:iam::123456789012:role/Exec';
const IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/assay:1';
const PLACE = ['--bucket', 'bkt', '--role-arn', ROLE, '--image-uri', IMAGE];
const SAMPLES = 21;

let aws: StandIn;
let folder: string;
let env: NodeJS.ProcessEnv;
let jobs: JobInstance[];
/** Of the container that runs. */
let kill: (signal?: NodeJS.Signals) => void;

beforeEach(async () => {
  aws = await startStandIn();
  aws.store.createBucket('bkt');
  folder = await mkdtemp(join(tmpdir(), 'assay-single-job-'));
  env = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_CONFIG_FILE: '/dev/null',
  };
  jobs = [];
  const onStart = (job: JobInstance, end: (signal?: NodeJS.Signals) => void): void => {
    jobs.push(job);
    kill = end;
  };
  const group = containers({ folder, env, onStart });
  const others = containersHere({ folder, env });
  aws.pipelines.runJob = (job) => {
    if (job.arguments[0] === 'group') return group(job);
    jobs.push(job);
    return others(job);
  };
  publishModels(aws.store, [languageModel('some-model', '1.2.0')]);
  const rows = Array.from({ length: SAMPLES }, (_, i) => ({ q: `Question ${i}?`, a: `word${i}` }));
  await writeFile(join(folder, 'data.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
});
afterEach(async () => {
  await aws.close();
  await rm(folder, { recursive: true, force: true });
});

/** A model that is deployed for the run, and answers. @param onQuestion told of each, by its number */
async function project(more = '', onQuestion: (n: number) => void = () => {}): Promise<void> {
  serve('own-endpoint', onQuestion);
  await writeConfig('mode: single_job', model('m', 'own-endpoint'), more);
}

function serve(endpoint: string, onQuestion: (n: number) => void = () => {}): void {
  aws.runtime.serve(endpoint, ({ body }) => {
    const n = Number(/Question (\d+)/.exec(body.toString())![1]);
    onQuestion(n);
    return { body: JSON.stringify([{ generated_text: n % 4 === 0 ? 'no idea' : `It is word${n}.` }]) };
  });
}

const model = (name: string, endpoint: string, more = ''): string => `
  - name: ${name}
    model_id: some-model
    endpoint_name: ${endpoint}
    deployment_config: { instance_type: ml.g5.2xlarge }
    evaluation_config: { output: '[0].generated_text', content_template: PROMPT_PLACEHOLDER }
    ${more}`;

function writeConfig(pipeline: string, models: string, more = ''): Promise<void> {
  return writeFile(
    join(folder, 'c.yaml'),
    `pipeline: { name: one-job, ${pipeline} }
dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a }
models:${models}
algorithms: [{ algorithm: factual_knowledge }]
model_registry: { model_package_group_name: Best }
aws: { role_arn: '${ROLE}' }
${more}`,
  );
}

/** All of it but names and times of the run, and whether the endpoint was its own. */
async function summaryOf(run: string): Promise<string> {
  const text = await readFile(join(run, 'summary.json'), 'utf8');
  const { run: _, timing: __, crc32: ___, models, ...rest } = JSON.parse(text);
  return JSON.stringify([rest, models.map((model: object) => ({ ...model, runner: '' }))]);
}

/** Starts the pipeline and waits for its end. */
async function executed(): Promise<{ readonly arn: string; readonly status: string; readonly reason: string }> {
  const { code, stdout, stderr } = await assayHere(['pipeline', 'start', 'c.yaml', ...PLACE], folder, env);
  expect(code, stderr).toBe(0);
  const arn = stdout.trim();
  const { DescribePipelineExecution: describe, ListPipelineExecutionSteps: list } = aws.pipelines.operations;
  const statusNow = () => (describe!({ PipelineExecutionArn: arn }) as Record<string, string>).PipelineExecutionStatus;
  while (statusNow() === 'Executing') {
    // Endpoints come up by the stand-in's own clock.
    await aws.clock.sleep(60_000);
    await sleep(50);
  }
  const status = statusNow();
  const { PipelineExecutionSteps: steps } = list!({ PipelineExecutionArn: arn }) as {
    PipelineExecutionSteps: { FailureReason?: string }[];
  };
  return { arn, status: status!, reason: steps.map(({ FailureReason: why = '' }) => why).join() };
}

test('one job deploys, evaluates, selects, registers and deletes, and says what one process says', async () => {
  await project('sharding: { shards: 3 }\n');
  const before = aws.control.inventory();
  const { arn, status, reason } = await executed();
  expect(status, reason).toBe('Succeeded');
  expect(jobs).toHaveLength(1);
  expect(jobs[0]).toMatchObject({ arguments: ['group', '--name', 'evaluation'], instances: 1 });
  expect(aws.control.inventory()).toEqual(before);
  expect(aws.calls.filter(({ operation }) => operation === 'CreateEndpoint')).toHaveLength(1);
  expect(aws.control.modelPackages.size).toBe(1);
  const fetched = await assayHere(['pipeline', 'results', 'c.yaml', arn, '--bucket', 'bkt'], folder, env);
  expect(fetched.code, fetched.stderr).toBe(0);
  // Somebody's own by now: nothing has to come up for it.
  aws.control.seedEndpoint('own-endpoint');
  const whole = await assayHere(['run', 'c.yaml', '-o', 'whole', '--no-cache'], folder, env);
  expect(whole.code, whole.stderr).toBe(0);
  expect(await summaryOf(fetched.stdout.trim())).toBe(await summaryOf(join(folder, 'whole')));
}, 180_000);

test('a gate that does not pass ends the job with its reason; nothing is registered or left', async () => {
  await project('gates: [{ score: factual_knowledge.factual_knowledge, min: 0.9 }]\n');
  const before = aws.control.inventory();
  const { status, reason } = await executed();
  expect(status).toBe('Failed');
  expect(reason).toContain('factual_knowledge.factual_knowledge is 0.');
  expect(aws.control.modelPackages.size).toBe(0);
  expect(aws.control.inventory()).toEqual(before);
}, 180_000);

test('SIGTERM in the middle of the questions leaves no endpoint', async () => {
  let isTold = false;
  await project('', (n) => {
    if (n < 5 || isTold) return;
    isTold = true;
    kill('SIGTERM');
  });
  const before = aws.control.inventory();
  const { status } = await executed();
  expect(isTold).toBe(true);
  expect(status).toBe('Failed');
  expect(aws.calls.filter(({ operation }) => operation === 'CreateEndpoint')).toHaveLength(1);
  expect(aws.control.inventory()).toEqual(before);
  expect(aws.control.modelPackages.size).toBe(0);
}, 180_000);

test('three models share two jobs, one of them trained before: nothing is left, and all say what one process says', async () => {
  publishModels(aws.store, [languageModel('some-model', '1.2.0', TRAINABLE)]);
  const names = ['plain', 'other', 'tuned'];
  for (const name of names) serve(`own-${name}`);
  await writeFile(join(folder, 'train.jsonl'), '{"prompt":"a","completion":"b"}\n');
  const models = names.map((name) =>
    model(name, `own-${name}`, name === 'tuned' ? 'finetuning: { train_data_path: train.jsonl }' : ''),
  );
  await writeConfig('models_per_job: 2', models.join(''), 'sharding: { shards: 3, instances: 2 }');
  const before = aws.control.inventory();
  const created = new Map<string, string>();
  aws.faults.take = ({ operation }) => {
    const models = aws.control.inventory().filter((line) => line.startsWith('model '));
    if (operation === 'CreateEndpointConfig')
      for (const line of models) created.set(line, JSON.stringify(aws.control.inputOf('model', line.slice(6))));
    return undefined;
  };
  const { arn, status, reason } = await executed();
  expect(status, reason).toBe('Succeeded');
  const commands = jobs.map((job) => job.arguments.join(' '));
  expect(commands.filter((command) => command.startsWith('group')).toSorted()).toEqual([
    'group --name models-1',
    'group --name models-2',
  ]);
  expect(commands).toHaveLength(2 + 4);
  expect(aws.control.inventory()).toEqual(before);
  expect(created.size).toBe(3);
  expect([...created.values()].filter((input) => input.includes('/training/2/'))).toHaveLength(1);
  const fetched = await assayHere(['pipeline', 'results', 'c.yaml', arn, '--bucket', 'bkt'], folder, env);
  expect(fetched.code, fetched.stderr).toBe(0);
  for (const name of names) aws.control.seedEndpoint(`own-${name}`);
  const whole = await assayHere(['run', 'c.yaml', '-o', 'whole', '--no-cache'], folder, env);
  expect(whole.code, whole.stderr).toBe(0);
  expect(await summaryOf(fetched.stdout.trim())).toBe(await summaryOf(join(folder, 'whole')));
}, 240_000);
