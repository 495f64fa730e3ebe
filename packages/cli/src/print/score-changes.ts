import type { ScoreSummary, Summary } from 'assay/internal';
import { printable } from './terminal.ts';

/** What moved between two runs of one config, a line a score; the intervals stand in the tables. */
export function scoreChanges(before: Summary, after: Summary): string {
  const earlier = byName(before);
  const later = byName(after);
  const rows = [...new Set([...later.keys(), ...earlier.keys()])].flatMap((name) => {
    const [was, is] = [earlier.get(name), later.get(name)];
    if (was?.value === is?.value && was?.n === is?.n) return [];
    const row = (is ?? was)!;
    return [[`${row.algorithm}.${row.score}`, printable(row.model), `${figure(was)} → ${figure(is)}`, moved(was, is)]];
  });
  if (rows.length === 0) return '\nno score changed against the run before\n';
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ')}`);
  return `\nagainst the run before\n${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function byName({ scores }: Summary): Map<string, ScoreSummary> {
  const overall = scores.filter(({ category }) => category === null);
  return new Map(overall.map((row) => [`${row.model}/${row.algorithm}.${row.score}`, row]));
}

function figure(row: ScoreSummary | undefined): string {
  return row === undefined || row.value === null ? '–' : row.value.toFixed(3);
}

function moved(was: ScoreSummary | undefined, is: ScoreSummary | undefined): string {
  if (was === undefined) return 'new';
  if (is === undefined) return 'gone';
  const samples = was.n === is.n ? `n ${is.n}` : `n ${was.n} → ${is.n}`;
  if (was.value === null || is.value === null) return samples;
  const difference = is.value - was.value;
  return `${difference >= 0 ? '+' : '−'}${Math.abs(difference).toFixed(3)}   ${samples}`;
}
