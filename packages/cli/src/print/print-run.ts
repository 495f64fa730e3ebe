import { relative } from 'node:path';
import {
  type AssayError,
  comparableScores,
  type ExecutedRun,
  formatError,
  type RunFolder,
  rankingsOf,
  type Selection,
  type Summary,
  type Trouble,
  troublesOf,
} from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import type { RunFlags } from '../flags/run-flags.ts';
import { comparisonTable } from './comparison-table.ts';
import { printGates } from './print-gates.ts';
import { rankingTable } from './ranking-table.ts';
import { scoreTable, stateLines, stopLines } from './score-table.ts';
import { printable, printableLines, type Terminal, terminalOf } from './terminal.ts';

/** The scores of a finished run on stdout, and what may be done with it. */
export function printRun(
  summary: Summary,
  { path, report }: RunFolder,
  flags: Pick<RunFlags, 'json' | 'display' | 'verbose'>,
  isShard = false,
): void {
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
    return;
  }
  const terminal = terminalOf(process.stdout, process.env, flags.display);
  const isVerbose = flags.verbose === true;
  process.stdout.write(`${scoreTable(summary, terminal, isVerbose)}\n`);
  if (summary.comparisons.length > 0) process.stdout.write(`${comparisonsOf(summary, terminal, isVerbose)}\n`);
  const stops = stopLines(summary);
  process.stdout.write(`\n${stateLines(summary)}\n${stops === '' ? '' : `${stops}\n`}\n`);
  if (isShard) {
    process.stdout.write(`merge    assay merge ${shownPath(path)} <the other shards>\n`);
    return;
  }
  process.stdout.write(`report   ${shownPath(report)}\n`);
  process.stdout.write(`compare  assay compare <another run> ${shownPath(path)}\n`);
}

/** `selected small   better than every other model…` */
export function printSelection({ model, reason }: Pick<Selection, 'model' | 'reason'>): void {
  process.stdout.write(`selected ${printable(model ?? 'no model')}   ${printable(reason)}\n`);
}

/** The chosen model, the gates and the models that failed. @returns the exit code @throws what kept a decision from being made */
export async function printRunEnd(run: ExecutedRun, again: string, flags: Pick<RunFlags, 'json'>): Promise<number> {
  const chosen = settledValue(run.choice);
  if (chosen !== undefined && flags.json !== true) printSelection(chosen);
  const ended = printGates(settledValue(run.gates), run.onInconclusive, process.stderr);
  printFailures(run.failures, again);
  const unscored = unscoredModels(run.summary);
  const failed = run.summary.models
    .filter(({ states }) => states.failed + states.timed_out > 0)
    .map(({ name }) => name);
  const troubled = new Set([...unscored, ...failed]);
  const troubles = troubled.size === 0 ? new Map() : await troublesOf(run.folder, troubled);
  for (const model of troubled) {
    const head = unscored.includes(model) ? `nothing of ${model} could be scored` : `samples of ${model} failed`;
    process.stderr.write(`${troubleLines(head, troubles.get(model) ?? [])}\n`);
  }
  return run.failures.size > 0 || unscored.length > 0 ? EXIT.samplesFailed : ended;
}

/** Two models by their differences; of more, the places that every pair's comparison leaves open to each. */
function comparisonsOf({ models, scores, comparisons }: Summary, terminal: Terminal, isVerbose: boolean): string {
  if (models.length === 2) return comparisonTable(comparisons, terminal, isVerbose);
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

/** Kinds of trouble that are named of one model. */
const NAMED_TROUBLES = 3;

/** `samples of m failed`, and below it `3 samples, row 1 first: RUNNER_CRASHED no answer from …`, the most frequent first. */
function troubleLines(head: string, troubles: readonly Trouble[]): string {
  const named = troubles.slice(0, NAMED_TROUBLES).map(({ reason, count, row }) => {
    const times = count === 1 ? `row ${row}` : `${count} samples, row ${row} first`;
    return `  ${times}: ${reason}`;
  });
  const more = troubles.length - named.length;
  const rest = more > 0 ? [`  and ${more} more kinds of trouble: see the report`] : [];
  return [head, ...named, ...rest].map(printable).join('\n');
}

/** Why models were not finished, and how to continue with them. */
function printFailures(failures: ReadonlyMap<string, AssayError>, command: string): void {
  for (const [model, failure] of failures) {
    process.stderr.write(`${printable(model)} was not finished; the rest of its samples are skipped.\n`);
    process.stderr.write(`${printableLines(formatError(failure))}\n`);
  }
  if (failures.size > 0) process.stderr.write(`Continue with: ${command}\n`);
}

function settledValue<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

/** Models of which nothing could be scored: no success, whatever the limit. Skipped samples were never asked. */
function unscoredModels({ models }: Summary): readonly string[] {
  return models
    .filter(
      ({ states: { scored, skipped, ...ended } }) => scored === 0 && Object.values(ended).some((count) => count > 0),
    )
    .map(({ name }) => name);
}

/** From here where that is shorter, as one would type it. */
function shownPath(path: string): string {
  const near = relative(process.cwd(), path);
  return printable(near.startsWith('..') ? path : near);
}
