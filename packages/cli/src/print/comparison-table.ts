import type { Comparison } from '@assay/core';
import { bold, dim, printable, type Terminal } from './terminal.ts';

/** One line a score: the paired difference with its interval, the verdict and its reason. */
export function comparisonTable(comparisons: readonly Comparison[], terminal: Terminal): string {
  const lines: string[] = [];
  let pair = '';
  for (const {
    algorithm,
    score,
    baseline,
    candidate,
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
    lines.push(
      `  ${score.padEnd(34)}${signed(difference).padStart(8)}   ${range.padEnd(18)}  ${verdict.padEnd(12)}${dim(`${pValue(adjustedPValue)}, ${reason}`, terminal)}`,
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
