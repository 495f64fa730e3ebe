import {
  type CategoryComparison,
  checkGates,
  compareCategories,
  compareModels,
  costOfSide,
  formatAmount,
  type Gate,
  type GateResult,
  type ModelCost,
  namedGates,
  pairSamples,
  parseGate,
  type Side,
  type Sides,
} from 'assay/internal';
import { comparisonTable } from '../print/comparison-table.ts';
import { shorten } from '../print/fit-text.ts';
import { printable, type Terminal, terminalOf } from '../print/terminal.ts';
import { changedSamples, type ScoreChanges } from './changed-samples.ts';
import { type CompareFlags, formatOf } from './compare-flags.ts';
import { writeComparisonPage } from './write-comparison-page.ts';

const tell = (text: string): void => void process.stderr.write(`note: ${printable(text)}\n`);

/** Samples that are shown of each score. */
const SHOWN_CHANGES = 5;

/** Candidate against baseline, on stdout. @returns how the gates ended */
export async function comparePair(
  [baseline, candidate]: readonly [Side, Side],
  opened: Sides,
  flags: CompareFlags,
): Promise<readonly GateResult[]> {
  const { scores, notes, damage } = opened;
  const pairs = pairSamples(baseline.scores, candidate.scores);
  const comparisons = compareModels(pairs, scores);
  const categories = compareCategories(pairs, scores);
  const rows = async () => (await baseline.source.open()).view.rows;
  const changed = await changedSamples(pairs, scores, SHOWN_CHANGES, rows, baseline.model);
  const gates = await checkGates(
    (flags.failOn ?? []).flatMap((text) => gatesOver(text, opened.bridge?.name)),
    candidate.run,
    async (name) => (name !== undefined && name === opened.bridge?.name ? opened.bridge.run : baseline.run),
    {
      scores:
        flags.score === undefined ? undefined : new Set(scores.map(({ algorithm, score }) => `${algorithm}.${score}`)),
    },
  );
  const format = formatOf(flags);
  if (format === 'html') {
    await writeComparisonPage(opened, { comparisons, categories, gates }, flags);
    return gates;
  }
  const costs = { baseline: await costOfSide(baseline, tell), candidate: await costOfSide(candidate, tell) };
  if (format === 'json') {
    const all = { notes, damage, comparisons, categories, changed, gates, costs };
    process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
  } else if (format === 'text') {
    const sides = [baseline, candidate].map(({ name, model }) => `${printable(name)}  ${printable(model)}`);
    process.stdout.write(`baseline   ${sides[0]}\ncandidate  ${sides[1]}\n`);
    const terminal = terminalOf(process.stdout, process.env, undefined);
    process.stdout.write(`${comparisonTable(comparisons, terminal, flags.verbose)}\n`);
    for (const row of categories) writeCategory(row);
    process.stdout.write(`\n${costLine('baseline', costs.baseline)}\n${costLine('candidate', costs.candidate)}\n`);
    for (const each of flags.verbose === true ? changed : changed.slice(0, 1)) writeChanged(each, terminal);
    if (flags.verbose !== true && changed.length > 1)
      process.stdout.write(`${changed.length - 1} more scores changed: --verbose lists their samples\n`);
  } else {
    const { junitReport, markdownComparison } = await import('assay/internal/report');
    const runs = { baseline: baseline.run.manifest.run, candidate: candidate.run.manifest.run };
    const options = { gates: namedGates(gates), notes };
    process.stdout.write(
      format === 'md'
        ? markdownComparison(runs, comparisons, { ...options, categories, changed, notes })
        : junitReport(candidate.run, options),
    );
  }
  return gates;
}

/** Of a comparison over a bridge a loss is judged over it, too. */
function gatesOver(text: string, bridge: string | undefined): Gate[] {
  const gates = parseGate(text);
  const isOver = bridge !== undefined && gates.some((gate) => gate.kind === 'regression' && gate.bridge === undefined);
  return isOver ? parseGate(`${text.trim()} bridged by ${bridge}`) : gates;
}

function writeCategory({ verdict, category, algorithm, score, difference, n, reason }: CategoryComparison): void {
  if (verdict === 'cannot tell' || verdict === null) return;
  process.stdout.write(
    `  in ${printable(category)}: ${algorithm}.${score} ${verdict} (${difference.toFixed(3)}, n ${n}; ${reason})\n`,
  );
}

function costLine(side: string, cost: ModelCost | undefined): string {
  const known = cost?.amount === null || cost === undefined ? 'unknown' : formatAmount(cost.amount);
  const currency = known === 'unknown' ? '' : ` ${printable(cost?.currency ?? '')} for ${cost?.answers} answers`;
  return `${`cost of the ${side}`.padEnd(24)}${known}${currency} (${printable(cost?.reason ?? 'the run of another tool')})`;
}

function writeChanged({ score, samples }: ScoreChanges, { columns }: Terminal): void {
  process.stdout.write(`\nchanged most (${printable(score)})\n`);
  for (const { index, input, from, to } of samples) {
    const head = `  row ${index + 1}  ${from.toFixed(3)} → ${to.toFixed(3)}  `;
    process.stdout.write(`${head}${shorten(printable(input.slice(0, 200)), Math.max(20, columns - head.length))}\n`);
  }
}
