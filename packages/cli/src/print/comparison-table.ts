import { type Comparison, leftOutText, verdictWords } from 'assay/internal';
import { bold, dim, printable, type Terminal } from './terminal.ts';

/**
 * One line a score, scores with a verdict first: candidate − baseline with its interval, the pairs, the verdict, its reason
 * and what was left out. Below, what the figures hold for.
 */
export function comparisonTable(comparisons: readonly Comparison[], terminal: Terminal): string {
  const lines: string[] = [];
  let pair = '';
  for (const comparison of inOrder(comparisons)) {
    const { algorithm, baseline, candidate } = comparison;
    if (pair !== `${baseline}/${candidate}/${algorithm}`) {
      pair = `${baseline}/${candidate}/${algorithm}`;
      lines.push('', `${bold(printable(algorithm), terminal)}   ${printable(candidate)} − ${printable(baseline)}`);
    }
    lines.push(scoreLine(comparison, terminal));
  }
  return [...lines, ...(comparisons.length === 0 ? [] : ['', dim(note(comparisons), terminal)])].join('\n');
}

/** Pairs and algorithms as they come; within them the scores with a verdict first. */
function inOrder(comparisons: readonly Comparison[]): Comparison[] {
  const groups = new Map<string, Comparison[]>();
  for (const each of comparisons) {
    const key = JSON.stringify([each.baseline, each.candidate, each.algorithm]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  const judged = (is: boolean) => (each: Comparison) => (each.verdict !== null) === is;
  return [...groups.values()].flatMap((group) => [...group.filter(judged(true)), ...group.filter(judged(false))]);
}

function scoreLine(comparison: Comparison, terminal: Terminal): string {
  const { score, measure, n, leftOut, difference, interval, adjustedInterval, verdict, margin, reason } = comparison;
  const ends = adjustedInterval ?? interval;
  const range = ends === null ? '' : `${signed(ends[0])} … ${signed(ends[1])}`;
  const left = leftOutText(leftOut);
  const why = [
    pValue(comparison.adjustedPValue ?? comparison.pValue),
    ...(measure === undefined ? [] : [measure]),
    ...(reason === '' ? [] : [reason]),
    ...(left === '' ? [] : [`left out: ${left}`]),
  ].join('; ');
  const words = verdict === null ? '' : verdictWords(verdict, margin);
  return `  ${score.padEnd(34)}${signed(difference).padStart(8)}   ${range.padEnd(18)}  ${`n ${n}`.padEnd(9)}${words.padEnd(12)}${dim(why, terminal)}`;
}

/** What intervals and p-values hold for. */
function note(comparisons: readonly Comparison[]): string {
  const family = Math.max(0, ...comparisons.map((each) => each.family));
  const confidence = Number((100 * comparisons[0]!.confidence).toPrecision(6));
  const together =
    family > 1 ? `together over the ${family} with a verdict` : family === 1 ? 'for the one with a verdict' : 'alone';
  const alone =
    family > 0 && comparisons.some(({ verdict }) => verdict === null)
      ? '; those without a verdict are not primary and hold for each alone'
      : '';
  return `candidate − baseline; ${confidence} % intervals and p-values hold ${together}${alone}`;
}

function signed(value: number): string {
  const text = Math.abs(value).toFixed(3);
  return /^0\.0*$/.test(text) ? text : `${value > 0 ? '+' : '−'}${text}`;
}

function pValue(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
}
