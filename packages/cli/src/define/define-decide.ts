import type { Command } from 'commander';
import type { Define } from './define.ts';

/** Commands that decide by finished runs, and show them. */
export function defineDecide(program: Command, { option, calls }: Define): void {
  program
    .command('compare')
    .description('compare models sample by sample: paired difference, test, verdict, ranking')
    .argument('<runs...>', 'runs, or outputs of lm-eval, Inspect or promptfoo; the first is the baseline')
    .addOption(option('--score <name>', 'only this score'))
    .addOption(option('--baseline-model <name>', 'only this model of the first run; of one run, the baseline'))
    .addOption(option('--drift', 'other samples, as of production: means against means, unpaired'))
    .addOption(option('--candidate-model <name>', 'only this model of the other runs'))
    .addOption(option('--bridge <run>', 'the first run’s answers, judged by the second’s judge'))
    .addOption(
      option(
        '--fail-on <gate...>',
        'exit with 1 when a gate fails: "regression <= 0.02", or "qa_accuracy.f1_score lower >= 0.6"',
      ),
    )
    .addOption(
      option(
        '--on-inconclusive <how>',
        'of gates that the samples cannot answer (default: fail in CI, else warn)',
      ).choices(['fail', 'pass', 'warn']),
    )
    .addOption(
      option('--format <name>', 'printed on stdout, or written as a page (default: text)').choices([
        'text',
        'json',
        'md',
        'junit',
        'html',
      ]),
    )
    .addOption(option('-o, --output <file>', 'html: the page to write (default: comparison.html)'))
    .addOption(option('--json', 'the same as --format json'))
    .addOption(option('--accept-damage', 'go by what is left of a damaged run (default: refuse)'))
    .addOption(option('--verbose', 'every score with its reason, and changed samples'))
    .addHelpText(
      'after',
      '\nExample:\n  assay compare .assay/runs/20261123T214512Z-3f9c .assay/runs/20261124T090110Z-77a0 --fail-on regression\n',
    )
    .action(calls(async () => (await import('../commands/compare.ts')).compare));

  program
    .command('select')
    .description('choose the best model of a run, never by a difference that noise explains')
    .argument('<run>', 'a run folder, its name under .assay/runs, latest or previous')
    .addOption(option('--score <name>', 'the deciding score (default: the selection’s, else the first)'))
    .addOption(option('--tie <how>', 'what counts as a tie').choices(['significance', 'first', 'all']))
    .addOption(
      option('--prefer <what>', 'what decides between tied models').choices(['latency', 'cost', 'size', 'order']),
    )
    .addOption(option('-o, --output <file>', 'where to write best_model.json (default: into the run folder)'))
    .addOption(option('--register <group>', 'register it in this group, pending approval'))
    .addOption(option('--registry <dir>', 'the registry’s folder (default: .assay/registry)'))
    .addOption(option('--accept-damage', 'go by what is left of a damaged run (default: refuse)'))
    .addOption(option('--by <who>', 'with --register: who does (default: the user of git or machine)'))
    .addOption(option('--note <text>', 'with --register: why'))
    .addHelpText(
      'after',
      '\nExample:\n  assay select 20261123T214512Z-3f9c --score qa_accuracy.f1_score --prefer latency\n',
    )
    .action(calls(async () => (await import('../commands/select.ts')).select));

  program
    .command('report')
    .description('write the report of a run again, or in another format')
    .argument('<run>', 'a run folder, its name under .assay/runs, latest or previous')
    .addOption(
      option(
        '--format <name>',
        'html, md, junit, csv, parquet, parquet-store, inspect, lm-eval, fmeval, every-eval-ever or mlflow',
      ).default('html'),
    )
    .addOption(option('-o, --output <path>', 'the file or folder to write (default: into the run folder)'))
    .addOption(option('--to <url>', 'mlflow: the tracking server (default: MLFLOW_TRACKING_URI)'))
    .addOption(option('--experiment <name>', 'mlflow: the experiment (default: the dataset’s name)'))
    .addOption(option('--max-rows <n>', 'html: about so many rows are listed, up to 1000000 (default: 100000)'))
    .addOption(option('--raw', 'csv: keep texts that spreadsheets take for formulas'))
    .addOption(option('--fail-on <gate...>', 'add a gate, and exit with 1 when it fails'))
    .addOption(option('--accept-damage', 'go by what is left of a damaged run (default: refuse)'))
    .addOption(
      option(
        '--on-inconclusive <how>',
        'of gates that the samples cannot answer (default: fail in CI, else warn)',
      ).choices(['fail', 'pass', 'warn']),
    )
    .addOption(option('--publish [namespace]', 'send the scores to CloudWatch (default: aws.cloudwatch_namespace)'))
    .addOption(option('--region <name>', 'with --publish or a managed MLflow: AWS region'))
    .addOption(option('--profile <name>', 'with --publish or a managed MLflow: AWS profile'))
    .addHelpText('after', '\nExample:\n  assay report 20261123T214512Z-3f9c --format md -o report.md\n')
    .action(calls(async () => (await import('../commands/report.ts')).report));
}
