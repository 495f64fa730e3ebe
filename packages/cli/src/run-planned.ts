import { relative } from 'node:path';
import {
  AssayError,
  comparableScores,
  EndpointLimits,
  formatError,
  isAssayError,
  type RunPlan,
  rankingsOf,
  readRun,
  runEvaluation,
  runFolder,
  ScoredRun,
  type Selection,
  type SelectionConfig,
  type Summary,
  type ValidConfig,
} from '@assay/core';
import { connectionFlags } from './connection-flags.ts';
import type { CostFlags } from './cost-limits.ts';
import { EXIT } from './exit-codes.ts';
import { datasetFetcher } from './fetch-dataset.ts';
import { joinHooks } from './observe/join-hooks.ts';
import { type ObserveFlags, openObservers } from './observe/open-observers.ts';
import { onInterrupt } from './on-interrupt.ts';
import { helperOpeners } from './open-helper.ts';
import { type AwsFlags, openRunner } from './open-runner.ts';
import { pickRunFolder } from './pick-run-folder.ts';
import { type PlanFlags, planFromFlags } from './plan-from-flags.ts';
import { comparisonTable } from './print/comparison-table.ts';
import { printGates } from './print/print-gates.ts';
import { ProgressLine } from './print/progress-line.ts';
import { rankingTable } from './print/ranking-table.ts';
import { headLine, scoreTable, stateLines, stopLines } from './print/score-table.ts';
import { slowLine } from './print/slow-line.ts';
import { printable, type Terminal, terminalOf } from './print/terminal.ts';
import { publishIfAsked } from './publish-run.ts';
import { resumeCommand } from './resume-command.ts';
import { RunCosts } from './run-costs.ts';
import { prepareGates } from './run-gates.ts';
import { selectFromRun } from './select-from-run.ts';
import { settleResources } from './settle-resources.ts';
import { writeRunReport } from './write-run-report.ts';

/** Flags of every command that runs something. */
export interface RunFlags extends PlanFlags, AwsFlags, ObserveFlags, CostFlags {
  readonly resume?: string | true;
  readonly output?: string;
  readonly json?: true;
  readonly display?: 'full' | 'plain' | 'none';
  readonly failOn?: readonly string[];
}

/** Who starts run after run. */
export interface RunListener {
  /** Ends the run, as Ctrl-C does. */
  readonly signal: AbortSignal;
  onPlan(config: ValidConfig, plan: RunPlan): void;
  onSummary(summary: Summary): void;
}

/** Plans, runs, writes the report and prints the table. */
export async function runPlanned(config: ValidConfig, flags: RunFlags, listener?: RunListener): Promise<number> {
  const progress = new ProgressLine(
    process.stderr,
    terminalOf(process.stderr, process.env, flags.display),
    flags.display === 'none',
  );
  let folder = '';
  const {
    baseDir,
    config: { aws },
  } = config;
  let stop: AbortSignal | undefined;
  const costs = await RunCosts.open(config, flags);
  const context = {
    baseDir,
    progress,
    aws,
    flags,
    runPath: () => folder,
    costs,
    signal: () => stop,
    endpoints: new EndpointLimits(),
  };
  const gates = prepareGates([...(config.config.gates ?? []), ...(flags.failOn ?? [])], baseDir);
  const plan = await planFromFlags(config, flags, {
    openRunner: (model) => openRunner(model, context),
    ...helperOpeners(config, context),
    fetchRemote: datasetFetcher({
      display: flags.display,
      // One that goes on sees what it began with.
      refresh: flags.resume === undefined ? 'folders' : false,
      ...connectionFlags(flags),
      aws,
    }),
  });
  gates.checkPlan(plan);
  listener?.onPlan(config, plan);
  folder = await pickRunFolder(plan, flags);
  progress.note(headLine(plan));
  const observers = await openObservers(config, flags, (text) => progress.note(text));
  const interrupt = onInterrupt((text) => progress.note(text));
  const limits = costs.watch();
  stop = AbortSignal.any([interrupt.signal, limits.signal, ...(listener === undefined ? [] : [listener.signal])]);
  try {
    const { summary, failures } = await runEvaluation(
      plan,
      folder,
      joinHooks([progress.hooks, ...observers.hooks]),
      stop,
    );
    limits.dispose();
    const { report } = runFolder(folder);
    // What is wrong with a decision comes up once the page and the table are there.
    const [choice, check] = await Promise.allSettled([
      chooseModel(config.config.selection, folder),
      readRun(runFolder(folder)).then((run) => gates.results(new ScoredRun(run))),
    ]);
    const checked = check.status === 'fulfilled' ? check.value : [];
    await writeRunReport(runFolder(folder), report, (text) => progress.note(text), { checked });
    const slow = slowLine(summary.timing);
    if (slow !== undefined) progress.note(slow);
    printRun(summary, folder, report, flags);
    const chosen = settledValue(choice);
    if (chosen !== undefined && flags.json !== true)
      process.stdout.write(`selected ${printable(chosen.model)}   ${printable(chosen.reason)}\n`);
    listener?.onSummary(summary);
    await publishIfAsked(summary, { folder, aws, flags, note: (text) => progress.note(printable(text)) });
    const gatesPassed = printGates(settledValue(check), process.stderr);
    printFailures(failures, resumeCommand(plan.command, folder));
    return failures.size > 0 ? EXIT.samplesFailed : exitCodeOf(summary, gatesPassed);
  } catch (thrown) {
    progress.end();
    if (!isAssayError(thrown) || !(thrown.code === 'RUN_INTERRUPTED' || thrown.code === 'RUN_LIMIT')) throw thrown;
    throw new AssayError(thrown.code, thrown.message, {
      hint: `${thrown.code === 'RUN_LIMIT' ? 'Raise the limit and go on' : 'Go on'} with: ${resumeCommand(plan.command, folder)}`,
    });
  } finally {
    await observers.close();
    limits.dispose();
    await settleResources(folder, aws, flags, (text) => progress.note(text));
    interrupt.dispose();
    for (const line of costs.report()) progress.note(line);
  }
}

/** Why models were not brought to their end, and how to go on with them. */
function printFailures(failures: ReadonlyMap<string, AssayError>, command: string): void {
  for (const [model, failure] of failures) {
    process.stderr.write(`${printable(model)} was not brought to its end; the rest of its samples are skipped.\n`);
    process.stderr.write(`${formatError(failure)}\n`);
  }
  if (failures.size > 0) process.stderr.write(`Go on with: ${command}\n`);
}

/** The scores of a finished run on stdout. */
export function printRun(
  summary: Summary,
  folder: string,
  report: string,
  flags: Pick<RunFlags, 'json' | 'display'>,
): void {
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
    return;
  }
  const terminal = terminalOf(process.stdout, process.env, flags.display);
  process.stdout.write(`${scoreTable(summary, terminal)}\n`);
  if (summary.comparisons.length > 0) process.stdout.write(`${comparisonsOf(summary, terminal)}\n`);
  const stops = stopLines(summary);
  process.stdout.write(`\n${stateLines(summary)}\n${stops === '' ? '' : `${stops}\n`}\n`);
  process.stdout.write(`report   ${shownPath(report)}\n`);
  process.stdout.write(`compare  assay compare <another run> ${shownPath(folder)}\n`);
}

/** Two models by their differences; of more, the places that every pair's comparison leaves open to each. */
function comparisonsOf({ models, scores, comparisons }: Summary, terminal: Terminal): string {
  if (models.length === 2) return comparisonTable(comparisons, terminal);
  const names = models.map(({ name }) => name);
  const figureOf = (model: string, score: string) => {
    const found = scores.find(
      (row) => row.model === model && `${row.algorithm}.${row.score}` === score && row.category === null,
    );
    return { value: found?.value ?? null, n: found?.n ?? 0 };
  };
  const compared = comparableScores(scores).filter(({ algorithm, score }) =>
    comparisons.some((each) => each.algorithm === algorithm && each.score === score),
  );
  return `\nranks that the paired comparisons leave open${rankingTable(rankingsOf(names, compared, comparisons, figureOf), terminal)}`;
}

function settledValue<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

/** The model that the config's `selection` chooses, and why; kept as best_model.json. */
async function chooseModel(selection: SelectionConfig | undefined, folder: string): Promise<Selection | undefined> {
  return selection === undefined ? undefined : (await selectFromRun(runFolder(folder), selection)).selection;
}

/** A model of which nothing could be scored is no success, whatever the limit. */
function exitCodeOf(summary: Summary, gatesPassed: boolean): number {
  const nothingScored = summary.models.some(
    ({ states }) => states.scored === 0 && states.failed + states.timed_out > 0,
  );
  if (nothingScored) return EXIT.samplesFailed;
  return gatesPassed ? EXIT.passed : EXIT.gateFailed;
}

/** From here where that is shorter, as one would type it. */
function shownPath(path: string): string {
  const near = relative(process.cwd(), path);
  return printable(near.startsWith('..') ? path : near);
}
