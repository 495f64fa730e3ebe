import type { Command } from 'commander';
import type { Define } from './define.ts';

/** Commands over the runs that a folder holds. */
export function defineRuns(program: Command, { option, calls }: Define): void {
  program
    .command('view')
    .description('show the runs of a folder in the browser: scores, reports, comparisons, history; live while one runs')
    .argument('[folder]', 'a folder of runs, a run or a project (default: .assay/runs here)')
    .addOption(option('--port <n>', 'port on loopback; 0 takes any that is free').default('0'))
    .addHelpText('after', '\nExample:\n  assay view\n')
    .action(calls(async () => (await import('../commands/view.ts')).view));
  program
    .command('label')
    .description('label outputs that a judge judged, one key each, to correct the judge; models stay unnamed')
    .argument('<run>', 'a run folder, or its name under .assay/runs')
    .addOption(option('--algorithm <name>', 'the judge (default: the first of the run)'))
    .addOption(option('--who <name>', 'who labels (default: the user of this machine)'))
    .addOption(option('--goal <half-width>', 'half the width that the interval is to have (default: 0.05)'))
    .addOption(option('--batch <n>', 'labels after which the interval is told (default: 20)'))
    .addOption(option('--seed <n>', 'of the random order of the samples (default: 0)'))
    .addOption(option('-o, --output <file>', 'the labels file, which is continued (default: labels.jsonl)'))
    .addHelpText('after', '\nExample:\n  assay label 20261123T214512Z-3f9c -o labels.jsonl\n')
    .action(calls(async () => (await import('../commands/label.ts')).label));
  program
    .command('history')
    .description('how scores moved over the runs of a folder, with their intervals')
    .argument('[folder]', 'a folder of runs, a project or a Parquet store (default: .assay/runs here)')
    .addOption(option('--score <name>', 'only this score (default: the first of each algorithm)'))
    .addOption(option('--model <name>', 'only this model'))
    .addOption(option('--dataset <name>', 'only this dataset'))
    .addOption(option('--since <date>', 'only runs from this date on, and which scores are worse than before it'))
    .addOption(option('--json', 'print the trends as JSON on stdout'))
    .addHelpText('after', '\nExample:\n  assay history --score qa_accuracy.f1_score --since 2026-11-01\n')
    .action(calls(async () => (await import('../commands/history.ts')).history));
  const runs = program.command('runs').description('runs of this project: list, show, remove, prune');
  runs
    .command('list')
    .description('runs, newest first: state, samples, dataset, models with their first scores')
    .argument('[folder]', 'a folder of runs or a project (default: .assay/runs here)')
    .addOption(option('--json', 'print them as JSON on stdout'))
    .addHelpText('after', '\nExample:\n  assay runs list\n')
    .action(calls(async () => (await import('../commands/runs.ts')).listRuns));
  runs
    .command('show')
    .description('what a run was, and its scores')
    .argument('[run]', 'a run folder, its name under .assay/runs, latest or previous', 'latest')
    .addOption(option('--json', 'print manifest and summary as JSON on stdout'))
    .addHelpText('after', '\nExample:\n  assay runs show previous\n')
    .action(calls(async () => (await import('../commands/runs.ts')).showRun));
  runs
    .command('rm')
    .description('remove runs; of a folder that -o named only what the run wrote')
    .argument('<runs...>', 'run folders, names under .assay/runs, latest or previous')
    .addHelpText('after', '\nExample:\n  assay runs rm 20261123T214512Z-3f9c\n')
    .action(calls(async () => (await import('../commands/runs.ts')).removeRuns));
  runs
    .command('prune')
    .description('remove older runs under .assay/runs; runs that a registered version names stay')
    .addOption(option('--keep <n>', 'keep the newest N'))
    .addOption(option('--older-than <days>', 'remove only what is older'))
    .addOption(option('--dry-run', 'say what would go, and remove nothing'))
    .addHelpText('after', '\nExample:\n  assay runs prune --keep 20\n')
    .action(calls(async () => (await import('../commands/runs.ts')).pruneRuns));
}
