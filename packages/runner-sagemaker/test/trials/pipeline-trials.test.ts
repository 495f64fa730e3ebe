import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, requireValid, type ValidConfig } from '@assay/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AwsConnection } from '../../src/aws/aws-connection.ts';
import { sweep } from '../../src/ownership/sweep.ts';
import { watchPipeline } from '../../src/pipeline/watch-pipeline.ts';
import { runStepHere } from '../in-process-steps.ts';
import { publishModels, SAMPLE_MODELS } from '../jumpstart-documents.ts';
import { type StandIn, startStandIn } from '../stand-in/stand-in.ts';
import { watchingClock } from '../watching-clock.ts';
import { seedForeign } from './foreign-resources.ts';
import { API_FAULTS } from './injected-faults.ts';
import { startHere } from './start-here.ts';
import { TrialLog, trialsOf } from './trial-log.ts';

const TRIALS = trialsOf(60);
const ROLE = 'arn:aws:iam::123456789012:role/Exec';
const ENDPOINT = 'llm-eval-meta-textgeneration-llama-2-7b';

let folder: string;
let aws: StandIn;
let config: ValidConfig;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-trials-'));
  const sample = new URL('../../../core/fixtures/aws-sample/pipeline_config.yaml', import.meta.url).pathname;
  const rows = Array.from({ length: 3 }, (_, i) => ({ question: `Question ${i}?`, answer: `${i}` }));
  const data = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  await writeFile(join(folder, 'evaluation_dataset_trivia.jsonl'), data);
  await writeFile(join(folder, 'c.yaml'), await readFile(sample, 'utf8'));
  config = requireValid(await loadConfig(join(folder, 'c.yaml')));
});
afterEach(async () => {
  await aws?.close();
  await rm(folder, { recursive: true, force: true });
});

test(`in ${TRIALS} pipelines with a fault at a random call of client or step, nothing of ours survives and nothing foreign is touched`, async () => {
  const log = new TrialLog('a pipeline started, run and watched, any call of client or step failing');
  const { random } = log;
  await begin({});
  await execute();
  // Any kind of call alike, though most calls only look how far the execution is.
  const seen = new Map<string, number>();
  for (const { operation } of aws.calls) seen.set(operation, (seen.get(operation) ?? 0) + 1);
  const operations = [...seen];
  for (let trial = 0; log.trials < TRIALS; trial++) {
    const before = await begin({ lagMs: random.integers(3) * 2_000 }, random.integers(4) === 0);
    const fault = API_FAULTS[random.integers(API_FAULTS.length)]!;
    const [operation, count] = operations[random.integers(operations.length)]!;
    const at = 1 + random.integers(Math.min(count, 6));
    const times = random.integers(3) === 0 ? 10_000 : 1 + random.integers(3);
    let met = 0;
    aws.faults.add(
      (call) => {
        if (met < at && call.operation === operation) met += 1;
        return met === at;
      },
      fault,
      times,
    );
    const completed = await execute().then(
      (status) => status === 'Succeeded',
      () => false,
    );
    await aws.pipelines.settled();
    aws.faults.clear();
    if (met === at) log.record(`${fault.kind}${times > 3 ? ' from then on' : ''}`, completed);
    await sweepLater();
    const what = `trial ${trial}: ${fault.kind} at ${operation} no. ${at} × ${times}`;
    log.compare(what, before, aws.control.inventory());
  }
  log.print();
  expect(log.survivors).toEqual([]);
  expect(log.trials).toBe(TRIALS);
  expect([log.completed > TRIALS / 10, log.completed < (TRIALS * 9) / 10]).toEqual([true, true]);
}, 1_200_000);

const settings = () => ({
  region: 'us-east-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  endpoint: aws.url,
});

/** A fresh account. @returns what others have on it */
async function begin(options: Parameters<typeof startStandIn>[0], isTaken = false): Promise<readonly string[]> {
  await aws?.close();
  aws = await startStandIn({ pageSize: 2, ...options });
  aws.store.createBucket('bkt');
  publishModels(aws.store, SAMPLE_MODELS);
  aws.runtime.serve(ENDPOINT, ({ body }) => ({
    body: JSON.stringify([{ generation: /Question (\d+)/.exec(body.toString())![1] }]),
  }));
  aws.pipelines.runJob = (job) => runStepHere(job, { folder, settings: settings(), clock: aws.clock, roleArn: ROLE });
  return seedForeign(aws, isTaken ? [ENDPOINT] : []);
}

/** Uploads, starts and watches to the end, as `assay pipeline start --watch` does. */
async function execute(): Promise<string> {
  const connection = new AwsConnection(settings());
  try {
    const arn = await startHere(connection, aws, config, ROLE);
    const { execution } = await watchPipeline(connection, arn, { clock: watchingClock(aws) });
    return execution.status;
  } finally {
    await connection.close();
  }
}

async function sweepLater(): Promise<void> {
  await aws.clock.sleep(48 * 3_600_000);
  const connection = new AwsConnection(settings());
  await sweep(connection, { clock: aws.clock, expired: true });
  await connection.close();
  await aws.clock.sleep(3_600_000);
}
