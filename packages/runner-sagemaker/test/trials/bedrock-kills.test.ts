import { parseConfig, requireValid, resolveRunners } from '@assay/core';
import { expect, test } from 'vitest';
import { type Life, liveThrough, type MakeWorld } from '../../../core/test/batch/batch-life.ts';
import type { BedrockModel } from '../../src/bedrock/bedrock-protocol.ts';
import { createBedrockBatches } from '../../src/bedrock/create-bedrock-batches.ts';
import type { Call, Fault } from '../stand-in/faults.ts';
import { startStandIn } from '../stand-in/stand-in.ts';

/** Kills of the trials together. */
const KILLS = Number(process.env.ASSAY_TRIALS ?? 100);

const CONFIG = `dataset: { input_data_location: d.jsonl }
algorithms: [{ algorithm: toxicity }]
models: [{ name: m, bedrock: { model_id: amazon.nova-lite-v1:0, mode: batch } }]
aws: { bucket: bkt, role_arn: 'arn:aws:iam::123456789012:role/Exec', quotas: { bedrock_batch_records: 1 } }`;

/** Requests of this process. One that it dies before has no effect; one that it dies after has its effect, and nobody knows. */
function faultOf({ mortal, lose }: Life, call: Call): Fault | undefined {
  const dies = (): boolean => {
    try {
      mortal.step();
      return false;
    } catch {
      return true;
    }
  };
  if (mortal.isDead || dies()) return { kind: 'reset' };
  const lost = lose();
  if (lost === 'before') return { kind: 'reset' };
  if (lost === 'busy') return call.service === 's3' ? { kind: 'server-error', status: 503 } : { kind: 'throttle' };
  // Its effect is there, whether the process lives to see it or not.
  return dies() || lost === 'after' ? { kind: 'reset-after' } : undefined;
}

const bedrock: MakeWorld = async (options, clock) => {
  const aws = await startStandIn({ clock, batches: options });
  aws.store.createBucket('bkt');
  aws.invocationJobs.least = 1;
  const loaded = requireValid(parseConfig(CONFIG, '/c.yaml'));
  const [model] = resolveRunners(loaded) as [BedrockModel];
  return {
    jobs: aws.invocationJobs,
    open: (life) => {
      aws.faults.take = (call) => faultOf(life, call);
      return createBedrockBatches(model, {
        ...{ region: 'us-east-1', endpoint: aws.url, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
        ...{ runId: 'run-1', owner: 'me', aws: loaded.config.aws, ledgerFile: '/run/batches.jsonl' },
        ...{ storage: life.storage, clock: life.clock, settlesMs: life.settlesMs },
      });
    },
    close: () => aws.close(),
  };
};

test('bedrock: killed at any step, nothing is lost and nothing is charged twice', async () => {
  let kills = 0;
  for (let seed = 1; kills < KILLS; seed += 1) {
    const { broken, ...seen } = await liveThrough(seed, bedrock);
    expect(broken, `seed ${seed}`).toBeUndefined();
    kills += seen.kills;
  }
  expect(kills).toBeGreaterThanOrEqual(KILLS);
}, 600_000);

test('bedrock: sent anew before a lost job can be in sight, requests are charged twice, and trials find it', async () => {
  for (let seed = 1; seed <= 2000; seed += 1) {
    const { broken } = await liveThrough(seed, bedrock, 0);
    if (broken !== undefined) {
      expect(broken).toMatch(/charged/);
      return;
    }
  }
  expect.unreachable('no trial found it');
}, 600_000);
