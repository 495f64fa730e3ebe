import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AssayError,
  checkStatedGates,
  damageText,
  didYouMean,
  findRun,
  type InconclusivePolicy,
  inconclusivePolicy,
  namedGates,
  prepareGates,
  publishRun,
  type RunFolder,
  readRun,
  readRunConfig,
  requireDecidable,
  ScoredRun,
  writeRunReport,
} from 'assay/internal';
import { countFlag } from '../count-flag.ts';
import { openMlflowServer } from '../mlflow-server.ts';
import { printGates } from '../print/print-gates.ts';
import { printable } from '../print/terminal.ts';

export interface ReportFlags {
  readonly format: string;
  readonly output?: string;
  readonly to?: string;
  readonly experiment?: string;
  readonly failOn?: readonly string[];
  readonly onInconclusive?: InconclusivePolicy;
  /** A CloudWatch namespace; true takes the config's. */
  readonly publish?: string | true;
  readonly region?: string;
  readonly profile?: string;
  readonly maxRows?: string;
  readonly acceptDamage?: true;
  /** csv: texts stay as they are. */
  readonly raw?: true;
}

/** A page of so many rows opens within some five seconds. */
const MOST_ROWS = 1_000_000;

/** Formats that show gates. */
const WITH_GATES: ReadonlySet<string> = new Set(['html', 'md', 'junit']);

const note = (text: string): void => {
  process.stderr.write(`${printable(text)}\n`);
};

/** Writes a run in any format, with the gates of its config and of `--fail-on`. Exit code 1 when one of the latter fails. */
export async function report(name: string, flags: ReportFlags): Promise<number> {
  const folder = findRun(name);
  const { REPORT_FORMATS } = await import('assay/internal/report');
  const format = Object.entries(REPORT_FORMATS).find(([known]) => known === flags.format)?.[1];
  if (format === undefined && flags.format !== 'mlflow')
    throw unknownFormat(flags.format, [...Object.keys(REPORT_FORMATS), 'mlflow']);
  const { config, baseDir } = await readRunConfig(folder);
  const run = new ScoredRun(await readRun(folder, { onDamage: 'tell' }));
  tellDamage(folder, run, flags);
  const stated = WITH_GATES.has(flags.format) ? (config?.gates ?? []) : [];
  const own = await checkStatedGates(stated, run, baseDir, note);
  const asked = await prepareGates(flags.failOn ?? []).results(run);
  const policy = inconclusivePolicy(flags.onInconclusive ?? config?.on_inconclusive, process.env);
  if (format === undefined) await sendRun(folder, flags);
  else if (flags.format === 'html') {
    const file = flags.output ?? folder.report;
    const maxRows = flags.maxRows === undefined ? undefined : countFlag('--max-rows', flags.maxRows, 1, MOST_ROWS);
    await writeRunReport(folder, file, note, { checked: [...own, ...asked], maxRows });
    process.stdout.write(`${printable(file)}\n`);
  } else {
    const path =
      flags.output ?? join(folder.path, format.extension === null ? flags.format : `report${format.extension}`);
    const gates = namedGates([...own, ...asked], policy);
    const notes = run.damage === undefined ? [] : [`This run is damaged: ${damageText(run.damage)}.`];
    const { files } = await format.write(await readRun(folder, { onDamage: 'tell' }), path, {
      gates,
      notes,
      raw: flags.raw,
    });
    for (const file of files) process.stdout.write(`${printable(file)}\n`);
  }
  if (flags.publish !== undefined) {
    const aws = config?.aws;
    const namespace = flags.publish === true ? aws?.cloudwatch_namespace : flags.publish;
    requireDecidableUnless(folder, run, flags);
    const { summary } = run;
    process.stderr.write(`${printable(await publishRun(summary, { namespace, aws, selection: flags }))}\n`);
  }
  return printGates(asked, policy, process.stderr);
}

/** Gates decide nothing on a damaged run, unless it is accepted: that is said as the damage is. */
function tellDamage(folder: RunFolder, run: ScoredRun, flags: ReportFlags): void {
  if (flags.failOn !== undefined) requireDecidableUnless(folder, run, flags);
  if (run.damage === undefined || flags.format === 'html') return;
  note(`${folder.path} is damaged: ${damageText(run.damage)}`);
}

function requireDecidableUnless({ path }: RunFolder, run: ScoredRun, { acceptDamage }: ReportFlags): void {
  if (acceptDamage !== true) requireDecidable(path, run);
}

/** The run to an MLflow server, with its page; one line for each model on stdout. */
async function sendRun(folder: RunFolder, flags: ReportFlags): Promise<void> {
  const { server, close } = await openMlflowServer(flags.to, process.env, flags);
  const { sendToMlflow } = await import('assay/internal/report');
  const { experiment } = flags;
  if (!existsSync(folder.report)) await writeRunReport(folder, folder.report, note);
  const artifacts = await filesOf(folder);
  const read = await readRun(folder, { onDamage: 'tell' });
  const sent = await sendToMlflow(read, { ...server, experiment, artifacts }).finally(close);
  for (const { page } of sent) process.stdout.write(`${printable(page)}\n`);
  const reason = sent.find(({ withoutFiles }) => withoutFiles !== null)?.withoutFiles;
  if (typeof reason === 'string') process.stderr.write(`without report and summary: ${printable(reason)}\n`);
}

/** What people and programs open: the page (with the data beside it), summary and manifest. */
async function filesOf({ path, report: page, summary, manifest }: RunFolder): Promise<Record<string, string>> {
  const files: Record<string, string> = { 'report.html': page, 'summary.json': summary, 'manifest.json': manifest };
  const beside = join(path, 'report-data');
  for (const name of existsSync(beside) ? await readdir(beside) : []) files[`report-data/${name}`] = join(beside, name);
  return files;
}

function unknownFormat(format: string, known: readonly string[]): AssayError {
  const near = didYouMean(format, known);
  const hint = `The formats are: ${known.join(', ')}.`;
  return new AssayError('REPORT_FORMAT', `there is no format ${JSON.stringify(format)}`, {
    hint: near === undefined ? hint : `Did you mean "${near}"? ${hint}`,
  });
}
