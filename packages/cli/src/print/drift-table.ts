import type { Drift } from 'assay/internal';
import { bold, dim, printable, type Terminal } from './terminal.ts';

/** One line a score: the means, their difference with its interval, the verdict and its reason. */
export function driftTable(drifts: readonly Drift[], terminal: Terminal): string {
  const lines: string[] = [];
  let algorithm = '';
  for (const drift of drifts) {
    if (drift.algorithm !== algorithm) {
      algorithm = drift.algorithm;
      lines.push('', bold(printable(algorithm), terminal));
    }
    const { baselineMean, currentMean, baselineN, currentN, difference, interval, verdict, reason } = drift;
    const means = `${shown(baselineMean)} (${baselineN}) → ${shown(currentMean)} (${currentN})`;
    const range = interval === null ? '' : `${signed(interval[0])} … ${signed(interval[1])}`;
    const p = drift.adjustedPValue < 0.001 ? 'p < 0.001' : `p = ${drift.adjustedPValue.toFixed(3)}`;
    lines.push(
      `  ${drift.score.padEnd(34)}${means.padEnd(28)}${difference === null ? '' : signed(difference)}   ${range.padEnd(18)}  ${verdict.padEnd(12)}${dim(`${p}, ${reason}`, terminal)}`,
    );
  }
  return lines.join('\n');
}

const shown = (mean: number | null): string => (mean === null ? '—' : mean.toFixed(3));

const signed = (value: number): string => `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(3)}`;
