import type { Command } from 'commander';
import { budgets, names } from '../flags/parse-flag.ts';
import { shardFlag } from '../flags/shard-flag.ts';
import { AWS_FLAGS, addFlags, COST_FLAGS, REACH_FLAGS } from '../flags/shared-flags.ts';
import type { Define } from './define.ts';

/** Commands that evaluate: with models, or outputs that exist; and what is known before they do. */
export function defineRun(program: Command, { option, calls }: Define): void {
  const run = program
    .command('run')
    .description('run the evaluation that a config describes')
    .argument('[config]', 'an evaluation_config.yaml', 'evaluation_config.yaml');
  addFlags(run, option, [
    ...(['limit', 'models', 'algorithms', 'runner', 'localModel', 'seed', 'repeat', 'shard', 'resume'] as const),
    option('--retry-failed', 'with --resume: ask again for failed and timed-out samples'),
    ...(['maxFailures', 'strict', 'noCache', 'maxConcurrency', 'workers'] as const),
    ...AWS_FLAGS,
    'roleArn',
    ...COST_FLAGS,
    ...([
      'acceptEula',
      'failOn',
      'onInconclusive',
      ...REACH_FLAGS,
      'output',
      'share',
      'json',
      'verbose',
      'display',
    ] as const),
    option('--name <text>', 'a name to call the run by'),
    option('--tag <a,b>', 'tags of the run', names),
    option('--note <text>', 'what to remember of the run'),
    option('--watch', 'run again when the config or its files change, from the cache'),
    ...(['logFile', 'logText'] as const),
  ])
    .addHelpText(
      'after',
      '\nExample:\n  assay run evaluation_config.yaml --limit 20 --runner local --local-model SmolLM2-135M-Instruct\n',
    )
    .action(calls(async () => (await import('../commands/run.ts')).run));

  const score = program
    .command('score')
    .description('score outputs that already exist, without a model')
    .argument('<file...>', 'JSONL, JSON, CSV or Parquet files, or globs');
  addFlags(score, option, [
    option('--algorithms <a,b>', 'the algorithms').makeOptionMandatory(),
    option('--model-input-key <key>', 'column or JMESPath of the question'),
    option('--target-output-key <key>', 'column or JMESPath of the expected answer'),
    option('--model-output-key <key>', 'column or JMESPath of the output to score'),
    option('--category-key <key>', 'column or JMESPath of the category'),
    option('--dialect <name>', 'whose files these are, such as fmeval'),
    option('--compat <tool>', 'reproduce the numbers of another tool').choices(['fmeval']),
    option('--budgets <list>', 'limits of dataset.budgets, such as text_pairs=1e12,categories=50', budgets),
    ...(['limit', 'shard'] as const),
    ['workers', 'threads that score (default: the cores)'],
    ['resume', 'continue with an interrupted run'],
    ...(['strict', 'output', 'share', 'json', 'verbose', 'display', 'logFile', 'logText'] as const),
  ])
    .addHelpText(
      'after',
      '\nExample:\n  assay score outputs.jsonl --algorithms qa_accuracy --target-output-key answer --model-output-key output\n',
    )
    .action(calls(async () => (await import('../commands/score.ts')).score));

  const merge = program
    .command('merge')
    .description('put the shards of a run together: one run, its page, its gates and its selection')
    .argument('<run...>', 'run folders of the shards, or folders that hold them');
  addFlags(merge, option, [
    option('--as <i/n>', 'make shard I of N of those within it, to be merged with the others later', (text: string) =>
      shardFlag(text, process.env, '--as'),
    ),
    option('--config <file>', 'the config, where it or its data has moved'),
    ...(['failOn', 'onInconclusive', ...REACH_FLAGS, 'output', 'share', 'json', 'verbose', 'display'] as const),
  ])
    .addHelpText(
      'after',
      '\nExamples:\n  assay merge shard-1 shard-2 shard-3 -o whole\n  assay merge shards --as 1/8 -o eighth-1\n',
    )
    .action(calls(async () => (await import('../commands/merge.ts')).merge));

  const check = program
    .command('check')
    .description('check config, data, prompts and models; each finding with its place and a hint')
    .argument('[config...]', 'config files (default: evaluation_config.yaml here)');
  addFlags(check, option, [
    ['runner', 'check for this runner'],
    'localModel',
    option('--quick', 'the file by its schema alone: no data, no models'),
  ])
    .addHelpText('after', '\nExample:\n  assay check evaluation_config.yaml\n')
    .action(calls(async () => (await import('../commands/check.ts')).check));
}
