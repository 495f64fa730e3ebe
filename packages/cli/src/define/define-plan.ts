import type { Command } from 'commander';
import type { Define } from './define.ts';

/** What a run would do, before it does. */
export function definePlan(program: Command, { option, calls }: Define): void {
  program
    .command('plan')
    .description('what a run would ask, take, cost and be able to tell; asks each model five samples, and no more')
    .argument('<config>', 'an evaluation_config.yaml')
    .addOption(option('--no-probe', 'ask nothing: the time is unknown then, and the cost an upper bound'))
    .addOption(option('--prices <file>', 'YAML file of prices per million tokens (default: `prices:` of the config)'))
    .addOption(option('--limit <n>', 'take the first N samples, or A-B'))
    .addOption(option('--models <names>', 'only these models, comma-separated'))
    .addOption(option('--algorithms <names>', 'only these algorithms, comma-separated'))
    .addOption(
      option('--runner <name>', 'run every model on this runner').choices([
        'local',
        'scripted',
        'sagemaker',
        'bedrock',
        'openai',
        'outputs',
      ]),
    )
    .addOption(option('--local-model <id>', 'the local model to use where a model has no local block'))
    .addOption(option('--seed <n>', 'seed of sampling and perturbations'))
    .addOption(option('--repeat <k>', 'ask each sample k times'))
    .addOption(option('--no-cache', 'leave the cache out of account, and keep nothing in it'))
    .addOption(option('--max-concurrency <n>', 'most requests to a remote model at a time'))
    .addOption(option('--workers <n>', 'sessions of a local model side by side (default: the cores)'))
    .addOption(option('--region <name>', 'AWS region'))
    .addOption(option('--profile <name>', 'AWS profile'))
    .addOption(option('--allow-code', 'load the JavaScript modules that the config names as algorithms'))
    .addOption(option('--format <name>', 'how the plan is printed on stdout').choices(['text', 'json']).default('text'))
    .addHelpText('after', '\nExample:\n  assay plan evaluation_config.yaml --prices prices.yaml --limit 200\n')
    .action(calls(async () => (await import('../commands/plan.ts')).plan));
}
