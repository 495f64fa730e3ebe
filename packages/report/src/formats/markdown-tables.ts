import { type Comparison, leftOutText } from '@assay/core';
import { formatConfidence } from '../wording/confidence.ts';
import { formatCount, formatDifference, formatInterval } from '../wording/format-number.ts';
import { comparisonVerdict, pValueWords, shownInterval } from '../wording/pair-words.ts';
import { markdownCode, markdownText } from './markdown-text.ts';
import type { GateResult } from './report-options.ts';

/** Of a column. */
export type Align = 'left' | 'right';

/** A table whose cells are Markdown already. */
export function markdownTable(
  heads: readonly (readonly [string, Align])[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = heads.map(([, align]) => (align === 'right' ? '--:' : ':--'));
  return [line(heads.map(([head]) => head)), line(rule), ...rows.map(line)].join('\n');
}

/** One line a pair and score, with what the comparison leaves out. */
export function markdownPairs(comparisons: readonly Comparison[], confidence: number = 0.95): string {
  const rows = comparisons.map((comparison) => [
    markdownCode(`${comparison.algorithm}.${comparison.score}`),
    `${markdownCode(comparison.candidate)} − ${markdownCode(comparison.baseline)}`,
    formatDifference(comparison.difference),
    formatInterval(shownInterval(comparison)),
    pValueWords(comparison),
    formatCount(comparison.n),
    verdictCell(comparison),
  ]);
  return markdownTable(
    [
      ['score', 'left'],
      ['pair', 'left'],
      ['difference', 'right'],
      [`${formatConfidence(confidence)} interval`, 'right'],
      ['p-value', 'right'],
      ['n', 'right'],
      ['verdict', 'left'],
    ],
    rows,
  );
}

function verdictCell(comparison: Comparison): string {
  const { verdict, reason, leftOut } = comparison;
  const left = leftOutText(leftOut);
  const why = [reason, left === '' ? '' : `left out: ${left}`].filter((text) => text !== '').join('; ');
  const words = comparisonVerdict(comparison);
  return `${verdict === 'cannot tell' || verdict === null ? words : `**${words}**`}${why === '' ? '' : `: ${markdownText(why)}`}`;
}

/** A gate as a line of a list. */
export function markdownGate(gate: GateResult): string {
  return `- ${gate.status === 'passed' ? 'passed' : `**${gate.status}**`}: ${markdownText(gate.name)}${gate.reason === '' ? '' : `, ${markdownText(gate.reason)}`}`;
}
