import { parseConfig, requireValid } from '@assay/core';
import { expect, test } from 'vitest';
import { type PlanFlags, planFromFlags } from './plan-from-flags.ts';

const config = requireValid(
  parseConfig(
    'dataset: { input_data_location: none.jsonl }\nmodels: [{ name: a, runner: outputs }]\nalgorithms: [{ algorithm: qa_accuracy }]\n',
    'c.yaml',
  ),
);
const never = async (): Promise<never> => {
  throw new Error('opened');
};
const plan = (flags: PlanFlags) => planFromFlags(config, flags, { openRunner: never, openHelper: never });

test.each<[keyof PlanFlags, string, string]>([
  ['maxConcurrency', '--max-concurrency', '0'],
  ['maxConcurrency', '--max-concurrency', 'abc'],
  ['workers', '--workers', '0'],
  ['workers', '--workers', '-1'],
  ['repeat', '--repeat', '0'],
  ['repeat', '--repeat', '1.5'],
  ['seed', '--seed', 'x'],
  ['seed', '--seed', '9'.repeat(20)],
  ['limit', '--limit', '0'],
  ['limit', '--limit', '9-3'],
  ['maxFailures', '--max-failures', ''],
  ['maxFailures', '--max-failures', '0x10'],
  ['maxFailures', '--max-failures', '2.5'],
])('%s: %s %j is refused before anything is read', async (name, flag, value) => {
  await expect(plan({ [name]: value })).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining(`${flag} is`),
  });
});

test('numbers that mean something go on to the dataset', async () => {
  const flags = { maxConcurrency: '1', workers: '2', repeat: '3', seed: '0', limit: '3-9', maxFailures: '5%' };
  await expect(plan(flags)).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' });
});
