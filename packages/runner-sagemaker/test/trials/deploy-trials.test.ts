import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AwsConnection } from '../../src/aws/aws-connection.ts';
import { openSageMakerRunner } from '../../src/open-sagemaker-runner.ts';
import { readLedger } from '../../src/ownership/ownership-ledger.ts';
import { sweep } from '../../src/ownership/sweep.ts';
import { collect } from '../collect.ts';
import { resolvedModel } from '../resolved-model.ts';
import { type StandIn, startStandIn } from '../stand-in/stand-in.ts';
import { seedForeign } from './foreign-resources.ts';
import { API_FAULTS } from './injected-faults.ts';
import { TrialLog, trialsOf } from './trial-log.ts';

const TRIALS = trialsOf(400);
/** Calls of a run without faults, about; a trial that ends before its fault is not counted. */
const CALLS = 22;
const MODEL = `endpoint_name: my-endpoint
sagemaker: { image_uri: 'img:1', model_data: 's3://b/model.tar.gz' }
deployment_config: { instance_type: ml.g5.2xlarge }`;

/** The same as copies that scale, with about as many calls as that takes. */
const COMPONENT = MODEL.replace(
  'ml.g5.2xlarge',
  'ml.g5.2xlarge, inference_component: { memory_mb: 1024, scale_to_zero: {} }',
);
const COMPONENT_CALLS = 36;

/** What the ledger lists it as: scaling goes with its component. */
const recordedAs = (resource: string): string =>
  resource
    .replace(/^scalable-target inference-component\//, 'inference-component ')
    .replace(/^alarm (.*)-no-capacity$/, 'inference-component $1');

/** Faults that are over when a call is tried again. */
const PASSING: ReadonlySet<string> = new Set(['throttle', 'server-error', 'reset', 'reset-after', 'cut', 'wrong-body']);

let folder: string;
let aws: StandIn;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-trials-'));
});
afterEach(async () => {
  await aws?.close();
  await rm(folder, { recursive: true, force: true });
});

test(`in ${TRIALS} deployments with a fault at a random call, nothing of ours survives and nothing foreign is touched`, async () => {
  const log = new TrialLog('a run that deploys, asks and deletes, any call failing');
  const { random } = log;
  let resumed = 0;
  for (let trial = 0; log.trials < TRIALS; trial++) {
    await aws?.close();
    const fails = random.integers(8) === 0;
    aws = await startStandIn({
      lagMs: random.integers(3) * 2_000,
      pageSize: 2,
      ...(fails ? { failureOf: () => 'bad luck' } : {}),
    });
    // A quarter finds the endpoint there: then it is somebody else's.
    const before = seedForeign(aws, random.integers(4) === 0 ? ['my-endpoint'] : []);
    const fault = API_FAULTS[random.integers(API_FAULTS.length)]!;
    const scales = random.integers(3) === 0;
    const model = scales ? COMPONENT : MODEL;
    const at = 1 + random.integers(scales ? COMPONENT_CALLS : CALLS);
    // A third of the faults go on: the client is as good as dead from there.
    const times = random.integers(3) === 0 ? 10_000 : 1 + random.integers(3);
    aws.faults.add(({ number }) => number >= at, fault, times);
    const interruptAt = random.integers(3) === 0 ? 1 + random.integers(12) : Number.POSITIVE_INFINITY;
    const ledgerFile = join(folder, `${trial}.jsonl`);
    const left: string[] = [];
    const completed = await runOnce(model, ledgerFile, interruptAt, left).then(
      () => true,
      () => false,
    );
    const struck = aws.calls.length >= at;
    aws.faults.clear();
    const injected = `${fault.kind}${times > 3 ? ' from then on' : ''}${scales ? ', scaling' : ''}`;
    if (struck) log.record(`${injected}${interruptAt <= aws.calls.length ? ' + Ctrl-C' : ''}`, completed);
    const what = `trial ${trial}: ${fault.kind} at call ${at} × ${times}, interrupted at ${interruptAt}`;
    // Whatever stands on AWS was in the ledger first.
    const written = (await readLedger(ledgerFile)).map(({ kind, name }) => `${kind} ${name}`);
    log.compare(
      `${what}, unrecorded`,
      before,
      aws.control.inventory().filter((resource) => !written.includes(recordedAs(resource))),
    );
    await aws.clock.sleep(3_600_000);
    if (times > 3 && trial % 2 === 0) {
      // Who is as good as killed continues with --resume, and leaves nothing then: no sweep is needed.
      await runOnce(model, ledgerFile, Number.POSITIVE_INFINITY, []).catch(() => {});
      await aws.clock.sleep(3_600_000);
      log.compare(`${what}, resumed`, before, aws.control.inventory());
      resumed += 1;
    } else if (times <= 3) {
      // `finally` alone: it gives up on nothing that passes, and says what it could not delete.
      const gone = PASSING.has(fault.kind) ? [] : left;
      const stands = aws.control.inventory().filter((resource) => !gone.includes(recordedAs(resource)));
      log.compare(`${what}, without a sweep`, before, stands);
    }
    await sweepLater(trial % 2 === 0);
    log.compare(what, before, aws.control.inventory());
  }
  log.print();
  expect(resumed).toBeGreaterThan(TRIALS / 10);
  expect(log.survivors).toEqual([]);
  expect(log.trials).toBe(TRIALS);
  expect([log.completed > TRIALS / 10, log.completed < (TRIALS * 9) / 10]).toEqual([true, true]);
}, 1_200_000);

const settings = () => ({
  region: 'us-east-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  endpoint: aws.url,
});

/** @param left takes what it says it could not delete, as `kind name` */
async function runOnce(model: string, ledgerFile: string, interruptAt: number, left: string[]): Promise<void> {
  const controller = new AbortController();
  const onEndpoint = (): void => {
    if (aws.calls.length >= interruptAt) controller.abort(new Error('interrupted'));
  };
  const runner = await openSageMakerRunner(resolvedModel('sagemaker', model), {
    ...settings(),
    clock: aws.clock,
    runId: 'run-1',
    owner: 'me',
    ledgerFile,
    roleArn: 'arn:aws:iam::123456789012:role/Exec',
    signal: controller.signal,
    deployHooks: { onEndpoint, onLeft: ({ kind, name }) => void left.push(`${kind} ${name}`) },
  });
  try {
    await collect(runner.generate([{ id: 'p', text: 'hello' }], {}));
  } finally {
    await runner.close();
  }
}

/** By the run's name soon, or by expiry two days later. */
async function sweepLater(isByName: boolean): Promise<void> {
  await aws.clock.sleep(isByName ? 10_000 : 48 * 3_600_000);
  const connection = new AwsConnection(settings());
  await sweep(connection, { clock: aws.clock, ...(isByName ? { runId: 'run-1' } : { expired: true }) });
  await connection.close();
  await aws.clock.sleep(3_600_000);
}
