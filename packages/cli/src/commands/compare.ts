import { resolve } from 'node:path';
import {
  AssayError,
  alignRuns,
  type Comparison,
  checkGates,
  comparableScores,
  compareCategories,
  compareModels,
  type Drift,
  driftOf,
  findRun,
  formatAmount,
  gatherScores,
  type ModelCost,
  type ModelScores,
  mostChanged,
  openRun,
  parseGate,
  type RunSource,
  type RunView,
  runCosts,
  type SampleRow,
} from '@assay/core';
import { EXIT } from '../exit-codes.ts';
import { comparisonTable } from '../print/comparison-table.ts';
import { driftTable } from '../print/drift-table.ts';
import { namedGates } from '../print/named-gates.ts';
import { printGates } from '../print/print-gates.ts';
import { printable, terminalOf } from '../print/terminal.ts';
import { readRunPrices } from '../read-run-config.ts';

export interface CompareFlags {
  readonly score?: string;
  readonly baselineModel?: string;
  readonly candidateModel?: string;
  readonly failOn?: readonly string[];
  readonly format?: 'text' | 'json' | 'md' | 'junit';
  readonly json?: true;
  readonly drift?: true;
}

/** Candidate run against baseline run, sample by sample. Exit code 1 when a `--fail-on` gate fails. */
export async function compare(baselineRun: string, candidateRun: string, flags: CompareFlags): Promise<number> {
  const sources = [await openRun(baselineRun), await openRun(candidateRun)] as const;
  const { baseline: before, candidate: after, notes } = await alignRuns(...sources);
  for (const note of notes) process.stderr.write(`note: ${printable(note)}\n`);
  const baseline = pickModel(await gatherScores(before.rows), flags.baselineModel, baselineRun);
  const candidate = pickModel(await gatherScores(after.rows), flags.candidateModel, candidateRun);
  const there = new Set(comparableScores(before.summary.scores).map(({ algorithm, score }) => `${algorithm}.${score}`));
  const all = comparableScores(after.summary.scores).filter(({ algorithm, score }) =>
    there.has(`${algorithm}.${score}`),
  );
  const scores = all.filter(
    ({ algorithm, score }) =>
      flags.score === undefined || flags.score === score || flags.score === `${algorithm}.${score}`,
  );
  if (scores.length === 0) {
    throw new AssayError('USAGE', `no score ${flags.score ?? ''} on both sides`, {
      hint: `Both have: ${all.map(({ algorithm, score }) => `${algorithm}.${score}`).join(', ')}.`,
    });
  }
  if ([...before.summary.models, ...after.summary.models].some(({ stop }) => stop?.decided === true)) {
    process.stderr.write(
      'note: a run stopped early by its score, and these tests are for a number of samples fixed beforehand: their error rates are not kept\n',
    );
  }
  if (flags.drift === true) return printDrift(driftOf(baseline, candidate, scores), [baselineRun, candidateRun], flags);
  const comparisons = compareModels(baseline, candidate, scores);
  const categories = compareCategories(baseline, candidate, scores).filter(({ verdict }) => verdict !== 'cannot tell');
  const gates = await checkGates(
    (flags.failOn ?? []).flatMap((text) => parseGate(text)),
    onlyModel((await alignRuns(...sources)).candidate, candidate.model),
    async () => onlyModel((await alignRuns(...sources)).baseline, baseline.model),
  );
  const format = flags.json === true ? 'json' : (flags.format ?? 'text');
  const costs = {
    baseline: await costOf(baselineRun, sources[0], before, baseline.model),
    candidate: await costOf(candidateRun, sources[1], after, candidate.model),
  };
  if (format === 'json')
    process.stdout.write(`${JSON.stringify({ comparisons, categories, gates, costs }, null, 2)}\n`);
  else if (format === 'text') {
    const names = [baselineRun, baseline.model, candidateRun, candidate.model].map(printable);
    process.stdout.write(`baseline   ${names[0]}  ${names[1]}\ncandidate  ${names[2]}  ${names[3]}\n`);
    process.stdout.write(`${comparisonTable(comparisons, terminalOf(process.stdout, process.env, undefined))}\n`);
    for (const row of categories)
      process.stdout.write(
        `  in ${printable(row.category)}: ${row.algorithm}.${row.score} ${row.verdict} (${row.difference.toFixed(3)}; ${row.reason})\n`,
      );
    process.stdout.write(`\n${costLine('baseline', costs.baseline)}\n${costLine('candidate', costs.candidate)}\n`);
    writeChanged(baseline, candidate, comparisons);
  } else {
    const { junitReport, markdownComparison } = await import('@assay/report');
    const options = { gates: namedGates(gates) };
    const runs = { baseline: before.manifest.run, candidate: after.manifest.run };
    process.stdout.write(
      format === 'md' ? markdownComparison(runs, comparisons, options) : junitReport(after, options),
    );
  }
  return printGates(gates, process.stderr) ? EXIT.passed : EXIT.gateFailed;
}

/** Exit code 1 with `--fail-on regression` when a score has become worse. */
function printDrift(drifts: readonly Drift[], runs: readonly [string, string], flags: CompareFlags): number {
  const other = (flags.failOn ?? []).find((gate) => gate !== 'regression');
  const format = flags.json === true ? 'json' : (flags.format ?? 'text');
  if (other !== undefined || (format !== 'text' && format !== 'json'))
    throw new AssayError('USAGE', `--drift does not go with ${other ?? `--format ${format}`}`, {
      hint: 'It takes --fail-on regression, and --format text or json.',
    });
  if (format === 'json') process.stdout.write(`${JSON.stringify({ drift: drifts }, null, 2)}\n`);
  else {
    process.stdout.write(`baseline   ${printable(runs[0])}\ncurrent    ${printable(runs[1])}\n`);
    process.stdout.write(`${driftTable(drifts, terminalOf(process.stdout, process.env, undefined))}\n`);
  }
  const worse = drifts.filter(({ verdict }) => verdict === 'worse');
  const isGated = flags.failOn !== undefined;
  for (const { algorithm, score, reason } of isGated ? worse : [])
    process.stderr.write(`gate failed  ${algorithm}.${score} has become worse (${printable(reason)})\n`);
  return isGated && worse.length > 0 ? EXIT.gateFailed : EXIT.passed;
}

/** What a side's answers cost by the prices of its own config; unknown for another tool's run. */
async function costOf(name: string, { tool }: RunSource, run: RunView, model: string): Promise<ModelCost | undefined> {
  if (tool !== 'assay') return undefined;
  const prices = await readRunPrices(findRun(name), (text) => process.stderr.write(`note: ${printable(text)}\n`));
  return runCosts(run.summary, prices).find((cost) => cost.model === model);
}

function costLine(side: string, cost: ModelCost | undefined): string {
  const known = cost?.amount === null || cost === undefined ? 'unknown' : formatAmount(cost.amount);
  const currency = known === 'unknown' ? '' : ` ${printable(cost?.currency ?? '')} for ${cost?.answers} answers`;
  return `${`cost of the ${side}`.padEnd(24)}${known}${currency} (${printable(cost?.reason ?? 'the run of another tool')})`;
}

function pickModel(models: ReadonlyMap<string, ModelScores>, wanted: string | undefined, run: string): ModelScores {
  const found = wanted === undefined ? [...models.values()][0] : models.get(wanted);
  if (found !== undefined && (wanted !== undefined || models.size === 1)) return found;
  throw new AssayError(
    'USAGE',
    wanted === undefined ? `${resolve(run)} holds several models` : `${resolve(run)} holds no model "${wanted}"`,
    {
      hint: `Name one with --baseline-model and --candidate-model: ${[...models.keys()].join(', ')}.`,
    },
  );
}

/** A run as if it held one model: gates look at the pair that was compared. */
function onlyModel({ manifest, summary, rows }: RunView, model: string): RunView {
  async function* own(): AsyncGenerator<SampleRow> {
    for await (const row of rows) if (row.model === model) yield row;
  }
  return {
    manifest,
    summary: { ...summary, models: summary.models.filter(({ name }) => name === model) },
    rows: own(),
  };
}

function writeChanged(baseline: ModelScores, candidate: ModelScores, [first]: readonly Comparison[]): void {
  if (first === undefined) return;
  const name = `${first.algorithm}.${first.score}`;
  const changed = mostChanged(baseline, candidate, name, 5);
  if (changed.length === 0) return;
  process.stdout.write(`\nchanged most (${name})\n`);
  for (const { index, input, from, to } of changed)
    process.stdout.write(`  #${index}  ${from.toFixed(3)} → ${to.toFixed(3)}  ${printable(input.slice(0, 100))}\n`);
}
