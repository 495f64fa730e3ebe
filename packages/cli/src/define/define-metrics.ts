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
    .description('score JSONL pairs from stdin: one JSON line out for each line in')
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
    .description('measure the metrics on this machine, within a minute: a table and an SVG file')
    .addOption(option('--metrics <names>', 'only these, comma-separated'))
    .addOption(option('--seconds <n>', 'CPU time for all of them').default('40'))
    .addOption(option('--seed <n>', 'seed of the made-up texts').default('7'))
    .addOption(option('-o, --output <file>', 'where the chart goes').default('assay-bench.svg'))
    .addOption(option('--json', 'print the figures as JSON on stdout'))
    .addHelpText('after', '\nExample:\n  assay bench --metrics bleu,rouge,wer --seconds 10\n')
    .action(calls(async () => (await import('../commands/bench.ts')).bench));
}
