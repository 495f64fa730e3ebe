import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../../runner-sagemaker/test/stand-in/stand-in.ts';
import { VirtualClock } from '../../runner-sagemaker/test/stand-in/virtual-clock.ts';
import { assayHere } from './assay-here.ts';

const ROLE = 'arn:aws:iam::123456789012:role/Exec';
let aws: StandIn;
let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  aws = await startStandIn({ createMs: 0, deleteMs: 0, clock: new VirtualClock(Date.now()) });
  folder = await mkdtemp(join(tmpdir(), 'assay-parity-'));
  env = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_CONFIG_FILE: '/dev/null',
  };
  const rows = Array.from({ length: 8 }, (_, i) => ({ q: `Question ${i}?`, a: `word${i}` }));
  const lines = (all: readonly unknown[]): string => all.map((row) => `${JSON.stringify(row)}\n`).join('');
  await writeFile(join(folder, 'data.jsonl'), lines(rows));
  await writeFile(join(folder, 'answers.jsonl'), lines(rows.map(({ q, a }) => ({ prompt: q, text: `It is ${a}.` }))));
  await writeFile(
    join(folder, 'c.yaml'),
    `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a }
models:
  - name: m
    scripted: { answers: answers.jsonl }
    endpoint_name: my-endpoint
    sagemaker: { image_uri: 'img:1', model_data: 's3://b/model.tar.gz', payload: jumpstart }
    deployment_config: { instance_type: ml.g5.2xlarge }
algorithms: [{ algorithm: factual_knowledge }]
`,
  );
  // The endpoint knows the answer to all but two questions.
  aws.runtime.serve('my-endpoint', ({ body }) => {
    const n = Number(/Question (\d+)/.exec(body.toString())![1]);
    return { body: JSON.stringify([{ generated_text: n < 2 ? 'no idea' : `It is word${n}.` }]) };
  });
});
afterEach(async () => {
  await aws.close();
  await rm(folder, { recursive: true, force: true });
});

const PARITY = ['parity', 'c.yaml', '--runners', 'scripted,sagemaker', '--samples', '8'];

test('the same samples on this machine and on an endpoint that is deployed for them, pair by pair', async () => {
  const { code, stdout, stderr } = await assayHere([...PARITY, '--json', '-o', 'p', '--role-arn', ROLE], folder, env);
  expect(code, stderr).toBe(0);
  const { runners, models } = JSON.parse(stdout);
  expect(runners).toEqual(['scripted', 'sagemaker']);
  const [{ samples, sameAnswers, comparisons }] = models;
  expect([samples.length, sameAnswers]).toEqual([8, 6]);
  const differing = samples.filter(({ isSameAnswer }: { isSameAnswer: boolean }) => !isSameAnswer);
  expect(differing.map(({ index, outputs }: { index: number; outputs: string[] }) => [index, ...outputs])).toEqual([
    [0, 'It is word0.', 'no idea'],
    [1, 'It is word1.', 'no idea'],
  ]);
  expect(comparisons).toMatchObject([{ n: 8, difference: -0.25 }, {}]);
  expect(aws.control.inventory()).toEqual([]);
  expect(stderr).toContain('billed   my-endpoint');
  // Every parity run has a folder of the same name, and resources of its own all the same.
  const ledger = await readFile(join(folder, 'p', 'sagemaker', 'aws-resources.jsonl'), 'utf8');
  expect(ledger).toMatch(/"runId":"sagemaker-[0-9a-f]{8}"/);
});

test('a limit of the cost that cannot be kept is refused before anything is created', async () => {
  await writeFile(join(folder, 'prices.yaml'), 'currency: USD\ninstances: { ml.m5.large: { endpoint: 1 } }\n');
  const limits = ['--role-arn', ROLE, '--prices', 'prices.yaml', '--max-cost', '1'];
  const { code, stderr } = await assayHere([...PARITY, ...limits], folder, env);
  expect([code, stderr]).toEqual([2, expect.stringContaining('the price of ml.g5.2xlarge (endpoint) is unknown')]);
  expect(aws.calls.filter(({ operation }) => operation.startsWith('Create'))).toEqual([]);
});
