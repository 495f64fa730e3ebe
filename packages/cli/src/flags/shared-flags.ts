import type { Command, Option } from 'commander';
import type { MakeOption } from './make-option.ts';
import { count, limit, maxCost, maxFailures, maxRuntime, names, type ParseFlag } from './parse-flag.ts';
import { shardFlag } from './shard-flag.ts';

interface SharedFlag {
  readonly flag: string;
  readonly description: string;
  readonly parse?: ParseFlag;
  readonly choices?: readonly string[];
}

const RUNNERS = ['local', 'scripted', 'sagemaker', 'bedrock', 'openai', 'outputs'];

/** The flags that several commands take, each with what its text stands for. */
const SHARED = {
  limit: { flag: '--limit <n>', description: 'take the first N samples, or A-B', parse: limit },
  models: { flag: '--models <a,b>', description: 'only these models', parse: names },
  algorithms: { flag: '--algorithms <a,b>', description: 'only these algorithms', parse: names },
  runner: { flag: '--runner <name>', description: 'run every model on this runner', choices: RUNNERS },
  localModel: { flag: '--local-model <id>', description: 'local model where a model has no local block' },
  seed: { flag: '--seed <n>', description: 'seed of sampling and perturbations', parse: count('--seed', 0) },
  repeat: {
    flag: '--repeat <k>',
    description: 'ask each sample k times; its repeats become one score',
    parse: count('--repeat', 1, 10_000),
  },
  resume: {
    flag: '--resume [run]',
    description: 'continue an interrupted run: the last of this config, or the one named',
  },
  shard: {
    flag: '--shard <i/n>',
    description: 'part I of N of the samples, for `assay merge`; auto: as Slurm or Kubernetes says',
    parse: (text: string) => shardFlag(text),
  },
  maxFailures: {
    flag: '--max-failures <limit>',
    description: 'stop a model after so many failed samples (a count, or a share such as 0.05)',
    parse: maxFailures,
  },
  strict: { flag: '--strict', description: 'a bad row ends the run' },
  noCache: { flag: '--no-cache', description: 'ignore the cache, and keep nothing in it' },
  maxConcurrency: {
    flag: '--max-concurrency <n>',
    description: 'requests to a remote model at a time',
    parse: count('--max-concurrency', 1, 10_000),
  },
  workers: {
    flag: '--workers <n>',
    description: 'sessions of a local model, threads that score (default: the cores)',
    parse: count('--workers', 1, 1024),
  },
  region: { flag: '--region <name>', description: 'AWS region' },
  profile: { flag: '--profile <name>', description: 'AWS profile' },
  assumeRole: { flag: '--assume-role <arn>', description: 'role to take on for the calls' },
  roleArn: { flag: '--role-arn <arn>', description: 'execution role of what SageMaker deploys' },
  prices: { flag: '--prices <file>', description: 'YAML file of prices (default: `prices:` of the config)' },
  maxCost: {
    flag: '--max-cost <amount>',
    description: 'end the run, and delete what it deployed, at this cost',
    parse: maxCost,
  },
  maxRuntime: {
    flag: '--max-runtime <time>',
    description: 'end the run, and delete what it deployed, after 90s, 30m or 2h',
    parse: maxRuntime,
  },
  acceptEula: { flag: '--accept-eula', description: 'accept the end-user licence of models that ask for it' },
  failOn: {
    flag: '--fail-on <gate...>',
    description: 'exit with 1 when a gate fails, such as "qa_accuracy.f1_score lower >= 0.6"',
  },
  onInconclusive: {
    flag: '--on-inconclusive <how>',
    description: 'of gates that the samples cannot answer (default: fail in CI, else warn)',
    choices: ['fail', 'pass', 'warn'],
  },
  allowCode: { flag: '--allow-code', description: 'run the code that the config names' },
  allowEnv: {
    flag: '--allow-env <a,b>',
    description: 'variables that the config may send as keys to hosts not known for them',
    parse: names,
  },
  allowHost: {
    flag: '--allow-host <a,b>',
    description: 'hosts of a private network that the config may call',
    parse: names,
  },
  allowFile: {
    flag: '--allow-file <a,b>',
    description: 'folders or files outside its project that the config may read',
    parse: names,
  },
  output: { flag: '-o, --output <dir>', description: 'the run folder (default: .assay/runs/<time>-<digest>)' },
  share: { flag: '--share', description: 'let others read the run, as the umask says (default: you alone)' },
  json: { flag: '--json', description: 'print it as JSON on stdout' },
  verbose: { flag: '--verbose', description: 'print every score, and the reason of every verdict' },
  display: { flag: '--display <mode>', description: 'how progress is shown', choices: ['full', 'plain', 'none'] },
  logFile: {
    flag: '--log-file <file>',
    description: 'append what happens to each sample as JSON lines, without texts',
  },
  logText: { flag: '--log-text', description: 'log prompts, answers and messages too' },
} as const satisfies Record<string, SharedFlag>;

export type SharedName = keyof typeof SHARED;

/** A shared flag, the same with words of its own for this command, or a flag of this command alone. */
export type Flag = SharedName | readonly [SharedName, string] | Option;

/** Gives a command its flags, in the order of its help. */
export function addFlags(command: Command, option: MakeOption, flags: readonly Flag[]): Command {
  for (const flag of flags) command.addOption(isOption(flag) ? flag : shared(option, flag));
  return command;
}

function shared(option: MakeOption, named: SharedName | readonly [SharedName, string]): Option {
  const [name, words] = typeof named === 'string' ? [named] : named;
  const { flag, description, parse, choices }: SharedFlag = SHARED[name];
  const made = option(flag, words ?? description, parse);
  return choices === undefined ? made : made.choices(choices);
}

function isOption(flag: Flag): flag is Option {
  return typeof flag === 'object' && !Array.isArray(flag);
}

/** Where AWS is called, and as whom. */
export const AWS_FLAGS = ['region', 'profile', 'assumeRole'] as const satisfies readonly SharedName[];
/** What a config may reach beyond its project and what its runners stand for. */
export const REACH_FLAGS = ['allowEnv', 'allowHost', 'allowFile', 'allowCode'] as const satisfies readonly SharedName[];
/** What may cost money, and how much. */
export const COST_FLAGS = ['prices', 'maxCost', 'maxRuntime'] as const satisfies readonly SharedName[];
