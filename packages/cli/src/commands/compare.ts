import { resolve } from 'node:path';
import {
  AssayError,
  type Comparison,
  checkGates,
  comparableScores,
  compareCategories,
  compareModels,
  findRun,
  gatherScores,
  type ModelScores,
  mostChanged,
  parseGate,
  readRun,
} from '@assay/core';
import { EXIT } from '../exit-codes.ts';
import { comparisonTable } from '../print/comparison-table.ts';
import { printGates } from '../print/print-gates.ts';
import { printable, terminalOf } from '../print/terminal.ts';

export interface CompareFlags {
  readonly score?: string;
  readonly baselineModel?: string;
  readonly candidateModel?: string;
  readonly failOn?: readonly string[];
  readonly json?: true;
}

/** Candidate run against baseline run, sample by sample. Exit code 1 when a `--fail-on` gate fails. */
export async function compare(baselineRun: string, candidateRun: string, flags: CompareFlags): Promise<number> {
  const before = await readRun(findRun(baselineRun));
  const after = await readRun(findRun(candidateRun));
  const baseline = pickModel(await gatherScores(before.rows), flags.baselineModel, baselineRun);
  const candidate = pickModel(await gatherScores(after.rows), flags.candidateModel, candidateRun);
  const all = comparableScores(after.summary.scores);
  const scores = all.filter(
    ({ algorithm, score }) =>
      flags.score === undefined || flags.score === score || flags.score === `${algorithm}.${score}`,
  );
  if (scores.length === 0) {
    throw new AssayError('USAGE', `no score ${flags.score ?? ''} on both sides`, {
      hint: `The runs have: ${all.map(({ algorithm, score }) => `${algorithm}.${score}`).join(', ')}.`,
    });
  }
  const comparisons = compareModels(baseline, candidate, scores);
  const categories = compareCategories(baseline, candidate, scores).filter(({ verdict }) => verdict !== 'cannot tell');
  if (flags.json === true) process.stdout.write(`${JSON.stringify({ comparisons, categories }, null, 2)}\n`);
  else {
    const terminal = terminalOf(process.stdout, process.env, undefined);
    process.stdout.write(
      `baseline   ${printable(baselineRun)}  ${printable(baseline.model)}\ncandidate  ${printable(candidateRun)}  ${printable(candidate.model)}\n`,
    );
    process.stdout.write(`${comparisonTable(comparisons, terminal)}\n`);
    for (const row of categories)
      process.stdout.write(
        `  in ${printable(row.category)}: ${row.algorithm}.${row.score} ${row.verdict} (${row.difference.toFixed(3)}; ${row.reason})\n`,
      );
    writeChanged(baseline, candidate, comparisons);
  }
  if (flags.failOn === undefined) return EXIT.passed;
  const results = await checkGates(
    flags.failOn.flatMap((text) => parseGate(text)),
    { ...after, rows: (await readRun(findRun(candidateRun))).rows },
    () => readRun(findRun(baselineRun)),
  );
  return printGates(results, process.stderr) ? EXIT.passed : EXIT.gateFailed;
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

function writeChanged(baseline: ModelScores, candidate: ModelScores, [first]: readonly Comparison[]): void {
  if (first === undefined) return;
  const name = `${first.algorithm}.${first.score}`;
  const changed = mostChanged(baseline, candidate, name, 5);
  if (changed.length === 0) return;
  process.stdout.write(`\nchanged most (${name})\n`);
  for (const { index, input, from, to } of changed)
    process.stdout.write(`  #${index}  ${from.toFixed(3)} → ${to.toFixed(3)}  ${printable(input.slice(0, 100))}\n`);
}
