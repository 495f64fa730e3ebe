import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startStandIn } from '../../runner-sagemaker/test/stand-in/stand-in.ts';
import { assayHere } from './assay-here.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-sizes-'));
  const rows = Array.from({ length: 3 }, (_, i) => ({ q: `Question ${i}?`, a: `word${i}`, o: `word${i}` }));
  await writeFile(join(folder, 'data.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const AWS = "aws: { bucket: bkt, role_arn: 'arn:aws:iam::123456789012:role/Exec', region: us-east-1 }";

const write = (models: string, more = '', aws = AWS): Promise<void> =>
  writeFile(
    join(folder, 'c.yaml'),
    `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a, model_output_key: o }
models: [${models}]
algorithms: [{ algorithm: factual_knowledge }]
${aws}
${more}`,
  );

test('assay plan says what a pipeline’s jobs run on, and what nobody prices', async () => {
  const small = '{ name: small, model_id: m, deployment_config: { serverless: { memory_mb: 2048 } } }';
  await write(`{ name: a, runner: outputs }, ${small}`, 'pipeline: { name: p }');
  const { code, stdout, stderr } = await assayHere(['plan', 'c.yaml'], folder, { COLUMNS: '200' });
  expect(code, stderr).toBe(0);
  const told = stdout.slice(stdout.indexOf('as a pipeline'));
  expect(told.split('\n').slice(0, 4)).toEqual([
    'as a pipeline',
    '  instance type  ml.m5.xlarge',
    '  disk           30 GB: preprocess, evaluate-a, deploy-small and 4 more',
    expect.stringMatching(/^ {2}endpoint {7}small: serverless, 2048 MB: paid by the seconds of its requests/),
  ]);
  const json = await assayHere(['plan', 'c.yaml', '--format', 'json'], folder);
  expect(JSON.parse(json.stdout).pipeline.sizes).toMatchObject({ instanceType: 'ml.m5.xlarge' });
  await write('{ name: a, runner: outputs }', 'pipeline: { name: p }');
  expect((await assayHere(['pipeline', 'render', 'c.yaml'], folder)).stderr).not.toContain('jobs run on');
  await write('{ name: a, runner: outputs }', 'pipeline: { name: p }', '');
  expect((await assayHere(['plan', 'c.yaml'], folder)).stdout).not.toContain('as a pipeline');
}, 60_000);

test('a start refuses a bucket of another region by its place in the config, before anything is made', async () => {
  const aws = await startStandIn();
  try {
    aws.store.createBucket('bkt');
    aws.store.regions.set('bkt', 'eu-west-1');
    await write('{ name: a, runner: outputs }', 'pipeline: { name: p }');
    const env = {
      ...{ AWS_ENDPOINT_URL: aws.url, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
      AWS_CONFIG_FILE: '/dev/null',
    };
    const { code, stderr } = await assayHere(['pipeline', 'start', 'c.yaml', '--image-uri', 'i:1'], folder, env);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /CONFIG_INVALID.*c\.yaml:4:\d+.*s3:\/\/bkt is in eu-west-1, and the jobs would be in us-east-1/,
    );
    expect(stderr).toContain('take a bucket in us-east-1, or pass --region eu-west-1');
    expect(
      aws.calls.map(({ operation }) => operation).filter((name) => /^(Put|Create|Update|Start)/.test(name)),
    ).toEqual([]);
  } finally {
    await aws.close();
  }
}, 60_000);
