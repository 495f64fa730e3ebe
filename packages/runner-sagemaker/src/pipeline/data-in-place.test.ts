import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPipeline, datasetPrefix, loadConfig, requireValid, resolveRunners, type Summary } from '@assay/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runStepHere } from '../../test/in-process-steps.ts';
import type { JobInstance } from '../../test/stand-in/processing-job.ts';
import { type StandIn, startStandIn } from '../../test/stand-in/stand-in.ts';
import { AwsConnection } from '../aws/aws-connection.ts';
import { S3Bucket } from '../aws/s3-bucket.ts';
import { downloadResults } from './download-results.ts';
import { renderPipeline } from './render-pipeline.ts';
import { stageInputs } from './stage-inputs.ts';
import { executionId, startPipeline } from './start-pipeline.ts';
import { watchPipeline } from './watch-pipeline.ts';

const roleArn = 'arn:aws:iam::123456789012:role/Exec';
const CONFIG = `pipeline: { name: production }
dataset: { input_data_location: "s3://mine/capture/AllTraffic/**/*.jsonl", dialect: sagemaker-data-capture, target_output_key: "'answer'" }
models: [{ name: endpoint, runner: outputs }]
algorithms: [{ algorithm: factual_knowledge }]
sharding: { shards: 3, instances: 2 }
`;

let aws: StandIn;
let folder: string;
let connection: AwsConnection;
let before: (job: JobInstance) => void;

beforeEach(async () => {
  aws = await startStandIn();
  aws.store.makePrivate('mine');
  aws.store.createBucket('bkt');
  folder = await mkdtemp(join(tmpdir(), 'assay-in-place-'));
  const settings = {
    region: 'us-east-1',
    endpoint: aws.url,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  };
  connection = new AwsConnection(settings);
  before = () => {};
  aws.pipelines.runJob = (job) => {
    before(job);
    return runStepHere(job, { folder, settings, clock: aws.clock, roleArn });
  };
});
afterEach(async () => {
  await connection.close();
  await aws.close();
  await rm(folder, { recursive: true, force: true });
});

/** An hour of captured calls. */
function capture(hour: string, calls: number): void {
  const side = (value: unknown) => ({ data: JSON.stringify(value), encoding: 'JSON' });
  const lines = Array.from({ length: calls }, (_, i) => ({
    captureData: {
      endpointInput: side({ inputs: `${hour} ${i}?` }),
      endpointOutput: side([{ generated_text: i % 2 === 0 ? 'the answer' : 'no idea' }]),
    },
    eventMetadata: { eventId: `${hour}-${i}`, inferenceTime: '2026-11-24T10:00:00Z' },
    eventVersion: '0',
  }));
  aws.store.put(
    `s3://mine/capture/AllTraffic/${hour}/calls.jsonl`,
    lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
}

async function execute(parameters: Record<string, string> = {}): Promise<{ summary: Summary; inputs: string }> {
  const file = join(folder, 'evaluation_config.yaml');
  await writeFile(file, CONFIG);
  const config = requireValid(await loadConfig(file));
  const graph = buildPipeline(config.config, resolveRunners(config));
  const store = new S3Bucket(connection, 'bkt', aws.clock);
  const datasetUri = datasetPrefix(config.config.dataset)!;
  const { inputs } = await stageInputs(store, 'assay/production', config.text, { datasetUri }, []);
  const definition = renderPipeline(graph, { bucket: 'bkt', roleArn, imageUri: 'i:1', datasetUri, stepCache: 'P7D' });
  expect(JSON.stringify(definition)).not.toContain('CacheConfig');
  const options = { connection, roleArn, clock: aws.clock, parameters: { Inputs: inputs, ...parameters } };
  const arn = await startPipeline(graph, definition, options);
  const { execution } = await watchPipeline(connection, arn, { clock: aws.clock });
  expect(execution.status, JSON.stringify(execution.steps)).toBe('Succeeded');
  const run = join(folder, executionId(arn));
  await downloadResults(store, 'assay/production', executionId(arn), run);
  return { summary: JSON.parse(await readFile(join(run, 'summary.json'), 'utf8')), inputs };
}

test('each execution reads what lies at the dataset’s place by then, and all of its steps the same', async () => {
  capture('2026/11/24/10', 12);
  aws.store.put('s3://mine/capture/AllTraffic/2026/11/24/notes.txt', 'no data');
  before = ({ arguments: [step] }) => {
    // Traffic goes on once the first step has its input: this hour even sorts first.
    if (step === 'preprocess') capture('2026/11/24/09', 7);
  };
  const first = await execute();
  expect(first.summary.dataset).toMatchObject({ name: 'AllTraffic', samples: 12 });
  expect(first.summary.scores[0]).toMatchObject({ n: 12, value: 0.5 });
  const second = await execute();
  expect(second.summary.dataset.samples).toBe(19);
  expect(second.inputs).toBe(first.inputs);
  expect(aws.store.keys('bkt').some((key) => key.includes('/dataset/'))).toBe(false);
});

test('a file that is overwritten once it is cut changes nothing of the execution', async () => {
  capture('2026/11/24/10', 12);
  before = ({ arguments: [step] }) => {
    if (step === 'evaluate') capture('2026/11/24/10', 13);
  };
  expect((await execute()).summary.dataset.samples).toBe(12);
});
