import { type Comparison, leftOutText } from 'assay/internal';
import { bold, dim, printable, type Terminal } from './terminal.ts';

/** One line a score: the paired difference with its interval, the pairs, the verdict, its reason and what was left out. */
export function comparisonTable(comparisons: readonly Comparison[], terminal: Terminal): string {
  const lines: string[] = [];
  let pair = '';
  for (const {
    algorithm,
    score,
    baseline,
    candidate,
    n,
    leftOut,
    difference,
    interval,
    adjustedPValue,
    verdict,
    reason,
  } of comparisons) {
    if (pair !== `${baseline}/${candidate}/${algorithm}`) {
      pair = `${baseline}/${candidate}/${algorithm}`;
      lines.push(
        '',
        `${bold(printable(algorithm), terminal)}   ${printable(candidate)} against ${printable(baseline)}`,
      );
    }
    const range = interval === null ? '' : `${signed(interval[0])} … ${signed(interval[1])}`;
    const left = leftOutText(leftOut);
    const why = `${pValue(adjustedPValue)}, ${reason}${left === '' ? '' : `; left out: ${left}`}`;
    lines.push(
      `  ${score.padEnd(34)}${signed(difference).padStart(8)}   ${range.padEnd(18)}  ${`n ${n}`.padEnd(9)}${verdict.padEnd(12)}${dim(why, terminal)}`,
    );
  }
  return lines.join('\n');
}

function signed(value: number): string {
  return `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(3)}`;
}

function pValue(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
}
