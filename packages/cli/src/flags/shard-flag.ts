import type { ShardPosition } from 'assay/internal';
import { FlagError } from './flag-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a scheduler tells a job of many: which one it is, and of how many where it says so. */
interface Scheduler {
  readonly index: string;
  /** Number of the first job. */
  readonly first: string | number;
  /** Between the numbers of two jobs. @default 1 */
  readonly step?: string;
  readonly count?: string;
}

/** The first whose variable is set counts. Kubernetes does not say how many: `auto/N` does. */
const SCHEDULERS: readonly Scheduler[] = [
  { index: 'ASSAY_SHARD_INDEX', first: 0, count: 'ASSAY_SHARD_COUNT' },
  {
    index: 'SLURM_ARRAY_TASK_ID',
    first: 'SLURM_ARRAY_TASK_MIN',
    step: 'SLURM_ARRAY_TASK_STEP',
    count: 'SLURM_ARRAY_TASK_COUNT',
  },
  { index: 'JOB_COMPLETION_INDEX', first: 0 },
  { index: 'AWS_BATCH_JOB_ARRAY_INDEX', first: 0, count: 'AWS_BATCH_JOB_ARRAY_SIZE' },
  { index: 'CI_NODE_INDEX', first: 1, count: 'CI_NODE_TOTAL' },
];

/** `3/8`: the third of eight; `auto`: the one that a scheduler says, `auto/8` where it does not say of how many. */
export function shardFlag(text: string, env: Environment = process.env, flag = '--shard'): ShardPosition {
  const [, index, count] = /^(auto|\d+)(?:\/(\d+))?$/.exec(text) ?? [];
  if (index === 'auto') return scheduled(count, env, flag);
  if (index === undefined || count === undefined)
    throw new FlagError(`${flag} is ${text}`, 'Write 3/8 for the third of eight, or auto.');
  return position(Number(index) - 1, Number(count), text);
}

function scheduled(stated: string | undefined, env: Environment, flag: string): ShardPosition {
  const scheduler = SCHEDULERS.find(({ index }) => env[index] !== undefined);
  if (scheduler === undefined) {
    const known = SCHEDULERS.map(({ index }) => index).join(', ');
    throw new FlagError(`${flag} is auto, and no scheduler says which shard this is`, `Set one of ${known}.`);
  }
  const { index, first, step, count } = scheduler;
  const start = typeof first === 'number' ? first : number(first, env, 0);
  const shards = stated === undefined ? count && env[count] : stated;
  if (shards === undefined)
    throw new FlagError(`${index} does not say of how many shards this is one`, `Write ${flag} auto/8 for eight.`);
  const shard = (number(index, env) - start) / (step === undefined ? 1 : number(step, env, 1));
  return position(shard, Number(shards), `${index}=${env[index]}`);
}

function number(name: string, env: Environment, absent?: number): number {
  const text = env[name] ?? String(absent);
  if (/^\d+$/.test(text)) return Number(text);
  throw new FlagError(`${name} is ${text}`, 'It is to be a whole number.');
}

function position(shard: number, shards: number, text: string): ShardPosition {
  if (Number.isInteger(shard) && shard >= 0 && shard < shards && shards <= MOST_SHARDS) return { shard, shards };
  throw new FlagError(
    `${text} is no shard of ${shards}`,
    `Shards count from 1 to their number, which is at most ${MOST_SHARDS}.`,
  );
}

const MOST_SHARDS = 100_000;
