import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../../runner-sagemaker/test/stand-in/stand-in.ts';
import { assayHere } from './assay-here.ts';

let aws: StandIn;
let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  aws = await startStandIn();
  folder = await mkdtemp(join(tmpdir(), 'assay-monitor-'));
  env = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_CONFIG_FILE: '/dev/null',
  };
});
afterEach(async () => {
  await aws.close();
  await rm(folder, { recursive: true, force: true });
});

const side = (value: unknown) => ({ data: Buffer.from(JSON.stringify(value)).toString('base64'), encoding: 'BASE64' });

/** A day of captured traffic: `wrong` of every ten answers do not say what they must. */
async function captured(name: string, wrong: number): Promise<string> {
  const lines = Array.from({ length: 120 }, (_, i) => ({
    captureData: {
      endpointInput: side({ inputs: `What is number ${i} of ${name}?` }),
      endpointOutput: side([{ generated_text: i % 10 < wrong ? 'I do not know.' : 'It is the answer.' }]),
    },
    eventMetadata: { eventId: `${name}-${i}`, inferenceTime: '2026-11-24T03:00:00Z' },
    eventVersion: '0',
  }));
  await writeFile(join(folder, `${name}.jsonl`), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await writeFile(
    join(folder, `${name}.yaml`),
    `dataset: { input_data_location: ${name}.jsonl, dialect: sagemaker-data-capture, target_output_key: "'answer'" }
models: [{ name: production, runner: outputs }]
algorithms: [{ algorithm: factual_knowledge }]
`,
  );
  return `${name}.yaml`;
}

test('captured traffic is scored, published, and its drift from a baseline told with a verdict', async () => {
  for (const [day, wrong] of [
    ['monday', 1],
    ['friday', 4],
  ] as const) {
    const { code, stderr } = await assayHere(['run', await captured(day, wrong), '-o', day], folder, env);
    expect(code, stderr).toBe(0);
  }
  const drift = await assayHere(
    ['compare', 'monday', 'friday', '--drift', '--json', '--fail-on', 'regression'],
    folder,
    env,
  );
  expect(drift.code, drift.stderr).toBe(1);
  expect(drift.stderr).toContain('factual_knowledge.factual_knowledge has become worse');
  const found = JSON.parse(drift.stdout).drift[0];
  expect(found).toMatchObject({ verdict: 'worse', baselineMean: 0.9, currentMean: 0.6, baselineN: 120, currentN: 120 });
  const table = await assayHere(['compare', 'monday', 'friday', '--drift'], folder, env);
  expect(table.code).toBe(0);
  expect(table.stdout).toMatch(/0\.900 \(120\) → 0\.600 \(120\)\s+−0\.300\s+−0\.\d+ … −0\.\d+\s+worse/);

  const published = await assayHere(['report', 'friday', '--publish', 'Team/Production'], folder, env);
  expect(published.code, published.stderr).toBe(0);
  expect(published.stderr).toMatch(/published \d+ metrics to CloudWatch under Team\/Production/);
  const [put] = aws.cloudwatch.puts;
  expect(put?.MetricData.find(({ MetricName }) => MetricName === 'factual_knowledge.factual_knowledge')).toMatchObject({
    Value: 0.6,
    Dimensions: expect.arrayContaining([{ Name: 'Model', Value: 'production' }]),
  });
  const nameless = await assayHere(['report', 'friday', '--publish'], folder, env);
  expect([nameless.code, nameless.stderr]).toEqual([2, expect.stringContaining('aws.cloudwatch_namespace')]);
});

test('aws.cloudwatch_namespace publishes after each run, and a run stays good when that fails', async () => {
  const config = await captured('tuesday', 2);
  const text = await readFile(join(folder, config), 'utf8');
  await writeFile(join(folder, config), `${text}aws: { cloudwatch_namespace: Team/Nightly }\n`);
  const good = await assayHere(['run', config, '-o', 'good'], folder, env);
  expect(good.code, good.stderr).toBe(0);
  expect(aws.cloudwatch.puts.map(({ Namespace }) => Namespace)).toEqual(['Team/Nightly']);
  aws.faults.add('PutMetricData', { kind: 'access-denied' });
  const denied = await assayHere(['run', config, '-o', 'denied'], folder, env);
  expect(denied.code, denied.stderr).toBe(0);
  expect(denied.stderr).toMatch(/not published to CloudWatch: AWS_ACCESS_DENIED.*--publish Team\/Nightly/);
});

test('captures are scored without a config, and the dialect may be misspelt', async () => {
  await captured('wednesday', 3);
  const args = [
    'score',
    'wednesday.jsonl',
    '--algorithms',
    'factual_knowledge',
    '--target-output-key',
    "'answer'",
    '--json',
  ];
  const { code, stdout, stderr } = await assayHere([...args, '--dialect', 'sagemaker-data-capture'], folder, env);
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout).scores[0]).toMatchObject({ value: 0.7, n: 120 });
  const wrong = await assayHere([...args, '--dialect', 'sagemaker-capture'], folder, env);
  expect(wrong.code).toBe(2);
});

test('captured traffic in a bucket of one’s own is read there, by a run and by each execution of a pipeline', async () => {
  await captured('hour', 2);
  aws.store.makePrivate('mine');
  const lines = await readFile(join(folder, 'hour.jsonl'));
  aws.store.put('s3://mine/e/AllTraffic/2026/11/24/10/hour.jsonl', lines);
  const config = (await readFile(join(folder, 'hour.yaml'), 'utf8')).replace('hour.jsonl', '"s3://mine/e/AllTraffic/"');
  await writeFile(join(folder, 's3.yaml'), `pipeline: { name: production }\n${config}`);
  const own = { ...env, ASSAY_CACHE: join(folder, 'cache') };
  const run = await assayHere(['run', 's3.yaml', '--json', '-o', 'run'], folder, own);
  expect(run.code, run.stderr).toBe(0);
  expect(JSON.parse(run.stdout)).toMatchObject({ dataset: { name: 'AllTraffic', samples: 120 } });

  aws.store.createBucket('bkt');
  const role = 'arn:aws:iam::123456789012:role/Exec';
  const place = ['--bucket', 'bkt', '--role-arn', role, '--image-uri', 'i:1'];
  const started = await assayHere(['pipeline', 'start', 's3.yaml', ...place], folder, own);
  expect(started.code, started.stderr).toBe(0);
  expect(started.stderr).toContain('each execution reads its data at s3://mine/e/AllTraffic/');
  expect(aws.store.keys('bkt').filter((key) => key.includes('/inputs/'))).toEqual([
    expect.stringMatching(/config\/evaluation_config\.yaml$/),
    expect.stringMatching(/config\/step\.json$/),
  ]);
  const { stdout } = await assayHere(['pipeline', 'render', 's3.yaml', ...place], folder, own);
  const steps = JSON.parse(stdout).Steps as {
    Arguments: { ProcessingInputs: { InputName: string; S3Input: unknown }[] };
  }[];
  const inputs = steps[0]!.Arguments.ProcessingInputs.find(({ InputName }) => InputName === 'dataset');
  expect(inputs?.S3Input).toMatchObject({ S3Uri: 's3://mine/e/AllTraffic/', S3DataType: 'S3Prefix' });
}, 60_000);
