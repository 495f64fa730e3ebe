import type { Command } from 'commander';
import { AWS_FLAGS, addFlags, REACH_FLAGS } from '../flags/shared-flags.ts';
import type { Define } from './define.ts';

/** What a run would do, before it does. */
export function definePlan(program: Command, { option, calls }: Define): void {
  const command = program
    .command('plan')
    .description('what a run would ask, take, cost and be able to tell, by five samples a model')
    .argument('<config>', 'an evaluation_config.yaml');
  addFlags(command, option, [
    option('--no-probe', 'ask nothing: no time, and an upper bound of the cost'),
    ['prices', 'YAML file of prices (default: `prices:` of the config)'],
    ...(['limit', 'models', 'algorithms', 'runner', 'localModel', 'seed'] as const),
    ['repeat', 'ask each sample k times'],
    ['noCache', 'ignore the cache, and keep nothing in it'],
    'maxConcurrency',
    ['workers', 'sessions of a local model (default: the cores)'],
    ...AWS_FLAGS,
    ...REACH_FLAGS,
    option('--format <name>', 'how the plan is printed on stdout').choices(['text', 'json']).default('text'),
  ])
    .addHelpText('after', '\nExample:\n  assay plan evaluation_config.yaml --prices prices.yaml --limit 200\n')
    .action(calls(async () => (await import('../commands/plan.ts')).plan));
}
