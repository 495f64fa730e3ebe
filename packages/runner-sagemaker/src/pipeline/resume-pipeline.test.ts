import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Summary } from '@assay/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { graphOf, SampleAccount, statuses } from '../../test/sample-account.ts';
import { downloadResults } from './download-results.ts';
import { executionId, retryPipeline } from './start-pipeline.ts';

let account: SampleAccount;
beforeEach(async () => {
  account = await SampleAccount.open();
  account.serveModels();
});
afterEach(() => account.close());

const BASE = 'llm-eval-meta-textgeneration-llama-2-7b';
const TUNED = 'llm-eval-meta-textgeneration-llama-2-7b-finetuned';
const asked = (endpoint: string): number =>
  account.aws.calls.filter(({ operation, target }) => operation === 'InvokeEndpoint' && target === endpoint).length;

/** Scored samples by model, of the merged run. */
async function samplesOf(prefix: string, arn: string): Promise<Record<string, number>> {
  const folder = join(account.folder, 'results');
  await downloadResults(account.store, prefix, executionId(arn), folder);
  const { models } = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8')) as Summary;
  return Object.fromEntries(models.map(({ name, states }) => [name, states.scored]));
}

/** Data of the model that stood behind an endpoint when it was first asked. */
function modelDataOf(endpoint: string): { readonly seen: () => string | undefined } {
  let seen: string | undefined;
  const { aws } = account;
  aws.faults.add(
    ({ operation, target }) => {
      if (operation !== 'InvokeEndpoint' || target !== endpoint || seen !== undefined) return false;
      const config = aws.control.inputOf('endpoint', endpoint)!.EndpointConfigName as string;
      const [variant] = aws.control.inputOf('endpoint-config', config)!.ProductionVariants as { ModelName: string }[];
      const { PrimaryContainer } = aws.control.inputOf('model', variant!.ModelName) as {
        PrimaryContainer: { ModelDataSource: { S3DataSource: { S3Uri: string } } };
      };
      seen = PrimaryContainer.ModelDataSource.S3DataSource.S3Uri;
      return false;
    },
    { kind: 'reset' },
  );
  return { seen: () => seen };
}

const stepOf =
  (name: string) =>
  ({ arguments: [step] }: { readonly arguments: readonly string[] }) =>
    step === name;

test('an evaluation whose instance is lost is tried again and continues with its journal', async () => {
  let tries = 0;
  account.trouble = { lose: (job) => (stepOf('evaluate')(job) && ++tries === 1 ? 9 : undefined) };
  const config = await account.project('pipeline_config');
  const arn = await account.start(config);
  const { execution, swept } = await account.watch(arn);
  expect(execution.status).toBe('Succeeded');
  expect(execution.steps.find(({ name }) => name.startsWith('evaluate'))?.attempts).toBe(2);
  expect(Object.values(await samplesOf(`assay/${graphOf(config).name}`, arn))).toEqual([23]);
  // The first try had asked them all and kept at least nine.
  expect(asked(BASE)).toBeLessThanOrEqual(23 + 14);
  expect(swept.deleted).toEqual([]);
  expect(await account.drained()).toEqual([]);
});

test('instances of one evaluation fetch their own shards alone, and none deletes the endpoint under the others', async () => {
  const tries = new Map<number, number>();
  account.trouble = {
    lose: (job) => {
      if (!stepOf('evaluate')(job)) return undefined;
      tries.set(job.instance, (tries.get(job.instance) ?? 0) + 1);
      return tries.get(job.instance) === 1 ? 2 : undefined;
    },
  };
  const config = await account.project('pipeline_config', 'sharding: { shards: 4, instances: 2 }');
  const arn = await account.start(config);
  const { execution } = await account.watch(arn);
  expect(execution.status).toBe('Succeeded');
  expect(Object.values(await samplesOf(`assay/${graphOf(config).name}`, arn))).toEqual([23]);
  expect(account.aws.calls.filter(({ operation }) => operation === 'CreateEndpoint')).toHaveLength(1);
  expect(await account.drained()).toEqual([]);
});

test('a deployment whose instance is lost is tried again on what it had created, and its model is registered', async () => {
  let tries = 0;
  account.trouble = { lose: (job) => (stepOf('deploy')(job) && ++tries === 1 ? 0 : undefined) };
  const { execution } = await account.watch(await account.start(await account.project('pipeline_finetuning_config')));
  expect(execution.status, JSON.stringify(execution.steps)).toBe('Succeeded');
  const [registered] = [...account.aws.control.modelPackages.values()];
  expect(JSON.stringify(registered)).toContain('training/0/model.tar.gz');
  expect(await account.drained()).toEqual([]);
});

test('an execution that failed in its evaluation is continued under its own id, and asks the model that was tuned', async () => {
  account.trouble = { die: stepOf('evaluate') };
  const config = await account.project('pipeline_finetuning_config');
  const arn = await account.start(config);
  const failed = await account.watch(arn);
  expect(failed.execution.status).toBe('CompletedWithFailures');
  expect(await account.drained()).toEqual([]);
  account.trouble = {};
  const data = modelDataOf(TUNED);
  const trainings = (): number => account.aws.store.keys('bkt').filter((key) => key.includes('/training/')).length;
  const trained = trainings();
  await retryPipeline(account.connection, arn, { clock: account.aws.clock });
  const { execution } = await account.watch(arn);
  expect(execution.status, JSON.stringify(execution.steps)).toBe('Succeeded');
  expect(new Set(Object.values(statuses(execution)))).toEqual(new Set(['Succeeded']));
  expect(data.seen()).toContain('training/0/model.tar.gz');
  expect(Object.values(await samplesOf(`assay/${graphOf(config).name}`, arn))).toEqual([23]);
  expect(trainings()).toBe(trained);
  expect(await account.drained()).toEqual([]);
});

test('an execution that failed after its evaluations asks nothing again', async () => {
  account.trouble = { die: stepOf('merge') };
  const config = await account.project('pipeline_scale_config');
  const arn = await account.start(config);
  await account.watch(arn);
  const before = account.aws.calls.filter(({ operation }) => operation === 'InvokeEndpoint').length;
  account.trouble = {};
  await retryPipeline(account.connection, arn, { clock: account.aws.clock });
  expect((await account.watch(arn)).execution.status).toBe('Succeeded');
  expect(account.aws.calls.filter(({ operation }) => operation === 'InvokeEndpoint')).toHaveLength(before);
  expect(Object.values(await samplesOf(`assay/${graphOf(config).name}`, arn))).toEqual([23, 23]);
});

test('an execution that succeeded cannot be continued', async () => {
  const arn = await account.start(await account.project('pipeline_config'));
  await account.watch(arn);
  await expect(retryPipeline(account.connection, arn, { clock: account.aws.clock })).rejects.toThrow(
    'cannot be retried',
  );
});

test('an evaluation of one instance deletes its endpoint itself, before any clean-up', async () => {
  account.trouble = { die: stepOf('cleanup') };
  const { execution, swept } = await account.watch(await account.start(await account.project('pipeline_config')));
  expect(execution.status).toBe('Failed');
  expect(swept.deleted).toEqual([]);
  expect(await account.drained()).toEqual([]);
});

test('an endpoint of somebody else does not stand in for a model that was fine-tuned', async () => {
  account.aws.control.seedEndpoint(TUNED);
  const { execution } = await account.watch(await account.start(await account.project('pipeline_finetuning_config')));
  expect(execution.steps.find(({ name }) => name.startsWith('deploy'))?.failureReason).toContain('is not of this run');
  expect(asked(TUNED)).toBe(0);
  expect(await account.drained()).toContain(`endpoint ${TUNED}`);
});
