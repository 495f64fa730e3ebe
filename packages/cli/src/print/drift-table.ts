import { type Drift, verdictWords } from 'assay/internal';
import { bold, dim, printable, type Terminal } from './terminal.ts';

/** One line a score: the means, current − baseline with its interval, the verdict and its reason. */
export function driftTable(drifts: readonly Drift[], terminal: Terminal): string {
  const lines: string[] = [];
  let algorithm = '';
  for (const drift of drifts) {
    if (drift.algorithm !== algorithm) {
      algorithm = drift.algorithm;
      lines.push('', bold(printable(algorithm), terminal));
    }
    const { baselineMean, currentMean, baselineN, currentN, difference, verdict, reason, measure, margin } = drift;
    const means = `${shown(baselineMean)} (${baselineN}) → ${shown(currentMean)} (${currentN})`;
    const interval = drift.adjustedInterval ?? drift.interval;
    const range = interval === null ? '' : `${signed(interval[0])} … ${signed(interval[1])}`;
    const p = drift.adjustedPValue ?? drift.pValue;
    const why = [
      p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`,
      ...(measure === undefined ? [] : [measure]),
      ...(reason === '' ? [] : [reason]),
    ].join('; ');
    const words = verdict === null ? '' : verdictWords(verdict, margin);
    lines.push(
      `  ${drift.score.padEnd(34)}${means.padEnd(28)}${difference === null ? '' : signed(difference)}   ${range.padEnd(18)}  ${words.padEnd(12)}${dim(why, terminal)}`,
    );
  }
  const family = Math.max(0, ...drifts.map((each) => each.family));
  const told = family > 1 ? `together over the ${family} with a verdict` : 'for each alone';
  return [...lines, '', dim(`current − baseline; intervals and p-values hold ${told}`, terminal)].join('\n');
}

const shown = (mean: number | null): string => (mean === null ? '—' : mean.toFixed(3));

const signed = (value: number): string => `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(3)}`;
