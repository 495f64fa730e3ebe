import type { Command } from 'commander';
import type { Define } from './define.ts';

export function defineMetrics(program: Command, { option, calls }: Define): void {
  const metrics = program.command('metrics').description('list the text metrics, or evaluate one over pairs');
  metrics
    .command('list')
    .description('every metric with its range and direction')
    .addHelpText('after', '\nExample:\n  assay metrics list\n')
    .action(calls(async () => (await import('../commands/metrics.ts')).listMetrics));
  metrics
    .command('eval')
    .description('score JSONL pairs from stdin, a line each')
    .argument('<name>', 'a metric of `assay metrics list`')
    .addHelpText(
      'after',
      `
A line has hypothesis or model_output, and reference, references or target_output.

Example:
  echo '{"hypothesis": "the cat sat", "reference": "a cat sat"}' | assay metrics eval rouge
`,
    )
    .action(calls(async () => (await import('../commands/metrics.ts')).evalMetric));
  program
    .command('bench')
    .description('measure metrics and algorithms on this machine: a table, an SVG and a JSON file')
    .addOption(option('--data <file>', 'outputs of your own, in place of made-up texts'))
    .addOption(option('--model-output-key <key>', 'its column of outputs').default('model_output'))
    .addOption(option('--target-output-key <key>', 'its column of right answers').default('target_output'))
    .addOption(option('--metrics <a,b>', 'only these metrics'))
    .addOption(option('--algorithms <a,b>', 'only these algorithms'))
    .addOption(option('--against <peers>', 'python: its packages too, put into the cache folder'))
    .addOption(option('--seconds <n>', 'CPU time for all metrics').default('40'))
    .addOption(option('--seed <n>', 'seed of the made-up texts').default('7'))
    .addOption(option('-o, --output <file>', 'the chart; figures go beside it').default('assay-bench.svg'))
    .addOption(option('--json', 'print it as JSON on stdout'))
    .addHelpText(
      'after',
      `
What a file of figures beside the chart holds of the last call is compared.

Example:
  assay bench --metrics bleu,rouge,wer --seconds 10
  assay bench --data outputs.jsonl --algorithms qa_accuracy
  assay bench --metrics rouge --against python
`,
    )
    .action(calls(async () => (await import('../commands/bench.ts')).bench));
}
