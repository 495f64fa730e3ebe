import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, requireValid } from '@assay/core';
import { AwsConnection, sweep } from '@assay/runner-sagemaker';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runStepHere } from '../../runner-sagemaker/test/in-process-steps.ts';
import type { Fault } from '../../runner-sagemaker/test/stand-in/faults.ts';
import type { JobInstance, RunJob } from '../../runner-sagemaker/test/stand-in/processing-job.ts';
import { type StandIn, startStandIn } from '../../runner-sagemaker/test/stand-in/stand-in.ts';
import { VirtualClock } from '../../runner-sagemaker/test/stand-in/virtual-clock.ts';
import { seedForeign } from '../../runner-sagemaker/test/trials/foreign-resources.ts';
import { startHere } from '../../runner-sagemaker/test/trials/start-here.ts';
import { TrialLog, trialsOf } from '../../runner-sagemaker/test/trials/trial-log.ts';
import { assay, startAssay } from './assay.ts';
import { assayHere } from './assay-here.ts';
import { containers } from './run-container.ts';

const ROLE = 'arn:aws:iam::123456789012:role/Exec';
const PLACE = ['--bucket', 'bkt', '--role-arn', ROLE, '--image-uri', 'img:1'];
const VICTIM = 'AKIDVICTIM';
/** Of three kinds, in all. */
const TRIALS = trialsOf(40);
const RUNS = Math.round(0.45 * TRIALS);
const PIPELINES = Math.round(0.35 * TRIALS);
const STARTS = Math.round(0.2 * TRIALS);

let aws: StandIn;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-kill-'));
  const rows = Array.from({ length: 3 }, (_, i) => ({ q: `Question ${i}?`, a: `word${i}` }));
  await writeFile(join(folder, 'data.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await writeFile(
    join(folder, 'c.yaml'),
    `pipeline: { name: to-be-killed }
dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a }
models:
  - name: m
    endpoint_name: my-endpoint
    sagemaker: { image_uri: 'img:1', model_data: 's3://b/model.tar.gz' }
    deployment_config: { instance_type: ml.g5.2xlarge }
algorithms: [{ algorithm: factual_knowledge }]
aws: { role_arn: '${ROLE}' }
`,
  );
});
afterEach(async () => {
  await aws?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A fresh account on which endpoints are up and gone at once: the processes wait by the real clock. */
async function begin(): Promise<readonly string[]> {
  await aws?.close();
  aws = await startStandIn({ createMs: 0, deleteMs: 0, pageSize: 2, clock: new VirtualClock(Date.now()) });
  aws.store.createBucket('bkt');
  return seedForeign(aws);
}

const settings = () => ({
  region: 'us-east-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  endpoint: aws.url,
});
const env = (key: string): NodeJS.ProcessEnv => ({
  AWS_ENDPOINT_URL: aws.url,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: key,
  AWS_SECRET_ACCESS_KEY: 'b',
  AWS_CONFIG_FILE: '/dev/null',
});

/** Kills at the victim's n-th call, before anything is done or with the answer unread. */
function killAt(n: number, isDone: boolean, kill: () => void): { readonly struck: () => string } {
  let calls = 0;
  let struck = '';
  const fault: Fault = { kind: 'death', isDone, kill };
  aws.faults.add(({ headers, operation }) => {
    if (!String(headers.authorization).includes(VICTIM)) return false;
    calls += 1;
    if (calls === n) struck = `${operation}, ${isDone ? 'done' : 'not done'}`;
    return calls === n;
  }, fault);
  return { struck: () => struck };
}

/** The call at which a trial kills: in its own part of them all, so that few trials strike everywhere too. */
function callOf(trial: number, trials: number, calls: number, { random }: TrialLog): number {
  return 1 + Math.floor(((trial + random.random()) * calls) / trials);
}

const callsOfVictim = (): number =>
  aws.calls.filter(({ headers }) => String(headers.authorization).includes(VICTIM)).length;

async function sweepLater(): Promise<void> {
  await aws.clock.sleep(48 * 3_600_000);
  const connection = new AwsConnection(settings());
  await sweep(connection, { clock: aws.clock, expired: true });
  await connection.close();
  await aws.clock.sleep(3_600_000);
}

test(`in ${RUNS} runs whose client is killed at a random call, resuming or the sweep leaves nothing of ours and touches nothing foreign`, async () => {
  const log = new TrialLog('assay run, deploying, SIGKILL of the client');
  const args = ['run', 'c.yaml', '--no-cache'];
  await begin();
  const whole = await assay([...args, '-o', 'whole'], folder, env(VICTIM));
  expect(whole.code, whole.stderr).toBe(0);
  const calls = callsOfVictim();
  for (let trial = 0; trial < RUNS; trial++) {
    const before = await begin();
    const output = join(folder, `run-${trial}`);
    const { child, finished } = startAssay([...args, '-o', output], folder, env(VICTIM));
    const { struck } = killAt(callOf(trial, RUNS, calls, log), log.random.integers(2) === 0, () =>
      child.kill('SIGKILL'),
    );
    const { signal } = await finished;
    expect(signal, struck()).toBe('SIGKILL');
    const ledger = await readFile(join(output, 'aws-resources.jsonl'), 'utf8').catch(() => '');
    const unrecorded = aws.control.inventory().filter((resource) => !ledger.includes(`"${resource.split(' ')[1]}"`));
    log.compare(`trial ${trial}, unrecorded`, before, [...before, ...unrecorded]);
    log.record(struck(), false);
    if (trial % 3 === 0) {
      const resumed = await assayHere(['run', 'c.yaml', '--no-cache', '--resume', output], folder, env('AKID'));
      expect(resumed.code, `${struck()}: ${resumed.stderr}`).toBe(0);
      await aws.clock.sleep(3_600_000);
      log.compare(`trial ${trial}, resumed after ${struck()}`, before, aws.control.inventory());
    }
    await sweepLater();
    log.compare(`trial ${trial}: ${struck()}`, before, aws.control.inventory());
  }
  log.print();
  expect(log.survivors).toEqual([]);
}, 1_200_000);

/** Steps in this process, but one, which is a process of its own and dies at a call. */
function oneDies(verb: string, n: number, isDone: boolean): { readonly run: RunJob; readonly struck: () => string } {
  let struck = (): string => '';
  const onStart = (_: JobInstance, kill: () => void): void => {
    ({ struck } = killAt(n, isDone, kill));
  };
  const process = containers({ folder, env: env(VICTIM), onStart });
  const here: RunJob = (job) => runStepHere(job, { folder, settings: settings(), clock: aws.clock, roleArn: ROLE });
  return { run: (job) => (job.arguments[0] === verb ? process : here)(job), struck: () => struck() };
}

/** Calls that a step makes, at least. */
const STEPS: readonly (readonly [string, number])[] = [
  ['deploy', 5],
  ['evaluate', 7],
  ['cleanup', 3],
];

test(`in ${PIPELINES} pipelines of which a step is killed at a random call, nothing of ours survives the clean-up and the sweep`, async () => {
  const log = new TrialLog('a pipeline, SIGKILL of a step');
  const config = requireValid(await loadConfig(join(folder, 'c.yaml')));
  for (let trial = 0; trial < PIPELINES; trial++) {
    const before = await begin();
    const [verb, calls] = STEPS[trial % STEPS.length]!;
    const { run, struck } = oneDies(verb, 1 + log.random.integers(calls), log.random.integers(2) === 0);
    aws.pipelines.runJob = run;
    const connection = new AwsConnection(settings());
    await startHere(connection, aws, config, ROLE);
    await connection.close();
    await aws.pipelines.settled();
    expect(struck(), verb).not.toBe('');
    log.record(`${verb}: ${struck()}`, false);
    await sweepLater();
    log.compare(`trial ${trial}: ${verb}, ${struck()}`, before, aws.control.inventory());
  }
  log.print();
  expect(log.survivors).toEqual([]);
}, 1_200_000);

test(`in ${STARTS} pipelines whose client is killed while it uploads, starts or watches, nothing of ours survives`, async () => {
  const log = new TrialLog('assay pipeline start --watch, SIGKILL of the client');
  const here: RunJob = (job) => runStepHere(job, { folder, settings: settings(), clock: aws.clock, roleArn: ROLE });
  await begin();
  aws.pipelines.runJob = here;
  const started = await assayHere(['pipeline', 'start', 'c.yaml', ...PLACE], folder, env(VICTIM));
  expect(started.code, started.stderr).toBe(0);
  const calls = callsOfVictim();
  await aws.pipelines.settled();
  for (let trial = 0; trial < STARTS; trial++) {
    const before = await begin();
    aws.pipelines.runJob = here;
    const { child, finished } = startAssay(['pipeline', 'start', 'c.yaml', ...PLACE, '--watch'], folder, env(VICTIM));
    const kill = (): void => void child.kill('SIGKILL');
    // Two calls further it looks how far the execution is.
    const { struck } = killAt(callOf(trial, STARTS, calls + 2, log), log.random.integers(2) === 0, kill);
    expect((await finished).signal, struck()).toBe('SIGKILL');
    await aws.pipelines.settled();
    log.record(struck(), false);
    await sweepLater();
    log.compare(`trial ${trial}: ${struck()}`, before, aws.control.inventory());
  }
  log.print();
  expect(log.survivors).toEqual([]);
}, 1_200_000);
