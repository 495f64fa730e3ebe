import type { Command } from 'commander';
import { AWS_FLAGS, addFlags, REACH_FLAGS } from '../flags/shared-flags.ts';
import type { Define } from './define.ts';

/** Commands over the runs that a folder holds. */
export function defineRuns(program: Command, { option, calls }: Define): void {
  program
    .command('view')
    .description('show runs in the browser: scores, reports, comparisons, history; live')
    .argument('[folder]', 'a folder of runs, a run or a project (default: .assay/runs here)')
    .addOption(option('--port <n>', 'port on loopback; 0 takes any that is free').default('0'))
    .addHelpText('after', '\nExample:\n  assay view\n')
    .action(calls(async () => (await import('../commands/view.ts')).view));
  program
    .command('label')
    .description('label a judge’s outputs, one key each, to correct it; models stay unnamed')
    .argument('<run>', 'a run folder, or its name under .assay/runs')
    .addOption(option('--algorithm <name>', 'the judge (default: the first of the run)'))
    .addOption(option('--who <name>', 'who labels (default: the user of this machine)'))
    .addOption(option('--goal <half-width>', 'half of the interval’s width (default: 0.05)'))
    .addOption(option('--batch <n>', 'labels between intervals (default: 20)'))
    .addOption(option('--seed <n>', 'of the samples’ order (default: 0)'))
    .addOption(option('-o, --output <file>', 'the labels file, continued (default: labels.jsonl)'))
    .addHelpText('after', '\nExample:\n  assay label 20261123T214512Z-3f9c -o labels.jsonl\n')
    .action(calls(async () => (await import('../commands/label.ts')).label));
  const judge = program.command('judge').description('judges: their checklists, and what a run shows of them');
  const checklist = judge
    .command('checklist')
    .description('let the judge write its checklist once, into a file to read and edit')
    .argument('<config>', 'an evaluation_config.yaml with `items: { file }` under an llm_judge')
    .addOption(option('--algorithm <name>', 'whose checklist, where the config has several'))
    .addOption(option('--samples <n>', 'questions that the judge is shown (default: 5)'))
    .addOption(option('--force', 'make it anew'));
  addFlags(checklist, option, ['runner', 'localModel', ...AWS_FLAGS, ...REACH_FLAGS])
    .addHelpText('after', '\nExample:\n  assay judge checklist evaluation_config.yaml\n')
    .action(calls(async () => (await import('../commands/checklist.ts')).checklist));
  judge
    .command('audit')
    .description('judges of a run: agreement with people, biases, stability, thresholds')
    .argument('<run>', 'a run folder, its name under .assay/runs, latest or previous')
    .addOption(option('--algorithm <name>', 'only this judge (default: all of the run)'))
    .addOption(option('--agreement <share>', 'agreement with people to keep in a cascade (default: 0.9)'))
    .addOption(option('--risk <share>', 'chance that it is missed (default: 0.1)'))
    .addOption(
      option('--format <name>', 'md, html or json (default: by the ending of -o, else md)').choices([
        ...['md', 'html', 'json'],
      ]),
    )
    .addOption(option('-o, --output <file>', 'where to write (default: stdout)'))
    .addHelpText('after', '\nExample:\n  assay judge audit latest -o judges.html\n')
    .action(calls(async () => (await import('../commands/judge.ts')).audit));
  const labels = program
    .command('labels')
    .description('labels files: to other tools and back, and how far people agree');
  const format = () =>
    option('--format <name>', 'csv, or the JSON of Label Studio or Argilla')
      .choices(['csv', 'label-studio', 'argilla'])
      .default('csv');
  labels
    .command('export')
    .description('write the outputs that a judge judged as tasks for another tool')
    .argument('<run>', 'a run folder, or its name under .assay/runs')
    .addOption(format())
    .addOption(option('--algorithm <name>', 'the judge (default: the first of the run)'))
    .addOption(option('--labels <file>', 'labels to go along, for a second opinion'))
    .addOption(option('-o, --output <file>', 'where to write').makeOptionMandatory())
    .addHelpText('after', '\nExample:\n  assay labels export latest --format label-studio -o tasks.json\n')
    .action(calls(async () => (await import('../commands/labels.ts')).exportLabels));
  labels
    .command('import')
    .description('add the labels of such a file to a labels file')
    .argument('<file>', 'what the other tool exported')
    .addOption(format())
    .addOption(option('--who <name>', 'whose labels, where unsaid (default: the user of this machine)'))
    .addOption(option('-o, --output <file>', 'the labels file, continued (default: labels.jsonl)'))
    .addHelpText('after', '\nExample:\n  assay labels import done.json --format label-studio -o labels.jsonl\n')
    .action(calls(async () => (await import('../commands/labels.ts')).importLabels));
  labels
    .command('agreement')
    .description('how far people agree: alpha, kappa by pair, contradicted outputs')
    .argument('<files...>', 'labels files')
    .addOption(option('--json', 'print it as JSON on stdout'))
    .addHelpText('after', '\nExample:\n  assay labels agreement labels.jsonl\n')
    .action(calls(async () => (await import('../commands/labels.ts')).labelAgreement));
  program
    .command('history')
    .description('how scores moved over the runs of a folder, with their intervals')
    .argument('[folder]', 'a folder of runs, a project or a Parquet store (default: .assay/runs here)')
    .addOption(option('--score <name>', 'only this score (default: the first of each algorithm)'))
    .addOption(option('--model <name>', 'only this model'))
    .addOption(option('--dataset <name>', 'only this dataset'))
    .addOption(option('--since <date>', 'only runs since then, and which scores are worse than before'))
    .addOption(option('--json', 'print it as JSON on stdout'))
    .addHelpText('after', '\nExample:\n  assay history --score qa_accuracy.f1_score --since 2026-11-01\n')
    .action(calls(async () => (await import('../commands/history.ts')).history));
  const runs = program.command('runs').description('runs of this project: list, show, remove, prune');
  runs
    .command('list')
    .description('runs, newest first: state, samples, dataset, models with their first scores')
    .argument('[folder]', 'a folder of runs or a project (default: .assay/runs here)')
    .addOption(option('--json', 'print it as JSON on stdout'))
    .addHelpText('after', '\nExample:\n  assay runs list\n')
    .action(calls(async () => (await import('../commands/runs.ts')).listRuns));
  runs
    .command('show')
    .description('what a run was, and its scores')
    .argument('[run]', 'a run folder, its name under .assay/runs, latest or previous', 'latest')
    .addOption(option('--json', 'print it as JSON on stdout'))
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
