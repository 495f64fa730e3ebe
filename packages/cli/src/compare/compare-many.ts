import {
  checkGates,
  compareEachPair,
  type GateResult,
  type ModelScores,
  namedGates,
  parseGate,
  rankingsOf,
  type Sides,
} from 'assay/internal';
import { nameAnd } from '../print/fit-text.ts';
import { rankingTable } from '../print/ranking-table.ts';
import { printable, terminalOf } from '../print/terminal.ts';
import { type CompareFlags, formatOf } from './compare-flags.ts';
import { writeComparisonPage } from './write-comparison-page.ts';

/**
 * Three sides or more, each pair of them, as a ranking for each score on stdout. Gates are for every side but the first,
 * which is the baseline. @returns how they ended
 */
export async function compareMany(opened: Sides, flags: CompareFlags): Promise<readonly GateResult[]> {
  const { sides, scores, notes, damage } = opened;
  const comparisons = compareEachPair(
    sides.map((side) => side.scores),
    scores,
  );
  const own = new Map(sides.map((side) => [side.scores.model, side.scores]));
  const rankings = rankingsOf([...own.keys()], scores, comparisons, (model, score) => figureOf(own.get(model)!, score));
  const gates: GateResult[] = [];
  const parsed = (flags.failOn ?? []).flatMap((text) => parseGate(text));
  const [baseline, ...others] = sides;
  const wanted =
    flags.score === undefined ? undefined : new Set(rankings.map(({ algorithm, score }) => `${algorithm}.${score}`));
  for (const {
    run,
    scores: { model },
  } of others) {
    const found = await checkGates(parsed, run, async () => baseline!.run, { scores: wanted });
    gates.push(...found.map((gate) => ({ ...gate, model })));
  }
  const format = formatOf(flags);
  const named = sides.map(({ name, model, scores: { model: label } }) => ({ label, run: name, model }));
  if (format === 'html') await writeComparisonPage(opened, { comparisons, gates }, flags);
  else if (format === 'json')
    process.stdout.write(`${JSON.stringify({ notes, damage, sides: named, rankings, comparisons, gates }, null, 2)}\n`);
  else if (format === 'text') {
    const terminal = terminalOf(process.stdout, process.env, undefined);
    for (const { label, run } of named)
      process.stdout.write(`${nameAnd(`${printable(label)}   `, 0, printable(run), terminal.columns)}\n`);
    process.stdout.write(`${rankingTable(rankings, terminal)}\n`);
  } else {
    const { junitReport, markdownRanking } = await import('assay/internal/report');
    const options = { gates: namedGates(gates), notes };
    process.stdout.write(
      format === 'md'
        ? markdownRanking(named, rankings, comparisons, { ...options, notes })
        : junitReport(others.at(-1)!.run, options),
    );
  }
  return gates;
}

/** Over all samples of a side that have the score, whether another side has them or not. */
function figureOf({ columns }: ModelScores, score: string): { readonly value: number | null; readonly n: number } {
  const values = (columns.get(score) ?? new Float64Array()).filter((value) => !Number.isNaN(value));
  const n = values.length;
  return { value: n === 0 ? null : values.reduce((sum, value) => sum + value, 0) / n, n };
}
