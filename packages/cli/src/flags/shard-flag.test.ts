import { expect, test } from 'vitest';
import { shardFlag } from './shard-flag.ts';

test('parts count from 1 on the command line, and from 0 behind it', () => {
  expect(shardFlag('3/8')).toEqual({ shard: 2, shards: 8 });
  expect(shardFlag('1/1')).toEqual({ shard: 0, shards: 1 });
});

test.each([
  ['0/8', {}, '0/8 is no shard of 8'],
  ['9/8', {}, '9/8 is no shard of 8'],
  ['1/0', {}, '1/0 is no shard of 0'],
  ['1/1000000', {}, 'is no shard of 1000000'],
  ['3', {}, '--shard is 3'],
  ['x/8', {}, '--shard is x/8'],
  ['auto', {}, 'no scheduler says which shard this is'],
  ['auto', { JOB_COMPLETION_INDEX: '2' }, 'does not say of how many'],
  ['auto', { CI_NODE_INDEX: 'one', CI_NODE_TOTAL: '2' }, 'CI_NODE_INDEX is one'],
  ['auto', { CI_NODE_INDEX: '3', CI_NODE_TOTAL: '2' }, 'CI_NODE_INDEX=3 is no shard of 2'],
  [
    'auto',
    { SLURM_ARRAY_TASK_ID: '5', SLURM_ARRAY_TASK_MIN: '0', SLURM_ARRAY_TASK_STEP: '2', SLURM_ARRAY_TASK_COUNT: '3' },
    'is no shard of 3',
  ],
])('%s with %j is refused', (text, env, message) => {
  expect(() => shardFlag(text, env)).toThrow(message);
});
