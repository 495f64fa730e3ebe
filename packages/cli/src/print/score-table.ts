import type { RunPlan, ScoreSummary, Summary } from 'assay/internal';
import { intervalNotes } from './interval-notes.ts';
import { bold, dim, printable, type Terminal } from './terminal.ts';

/** The table of models × scores with intervals, and each count that stands beside a score. */
export function scoreTable(summary: Summary, terminal: Terminal): string {
  const names = summary.models.map(({ name }) => name);
  const overall = summary.scores.filter(({ category }) => category === null);
  const lines: string[] = [];
  for (const algorithm of new Set(overall.map((row) => row.algorithm))) {
    const rows = overall.filter((row) => row.algorithm === algorithm);
    const label = Math.max(36, ...rows.map(({ score }) => score.length + 4));
    const width = Math.max(36, ...names.map((name) => printable(name).length + 2));
    lines.push(
      '',
      `${bold(printable(algorithm).padEnd(label), terminal)}${names.map((name) => printable(name).padEnd(width)).join('')}`,
    );
    for (const score of new Set(rows.map((row) => row.score))) {
      const cells = names.map((name) =>
        cell(
          rows.find((row) => row.model === name && row.score === score),
          width,
          terminal,
        ),
      );
      lines.push(`  ${score.padEnd(label - 2)}${cells.join('')}`.trimEnd());
    }
    for (const note of intervalNotes(rows, figure)) lines.push(dim(printable(note), terminal));
    const unscored = rows.filter(({ unscored }) => Object.keys(unscored).length > 0);
    for (const name of names) {
      const row = unscored.find(({ model }) => model === name);
      if (row !== undefined) lines.push(dim(`  not scored for ${printable(name)}: ${counts(row.unscored)}`, terminal));
    }
  }
  return lines.join('\n');
}

function cell(row: ScoreSummary | undefined, width: number, terminal: Terminal): string {
  if (row === undefined || row.value === null) return '–'.padEnd(width);
  const interval = row.interval === null ? '' : `${figure(row.interval[0])} … ${figure(row.interval[1])}`;
  const text = `${figure(row.value)}   ${interval.padEnd(15)}  n ${row.n}`;
  return text.padEnd(width).replace(interval, (found) => (found === '' ? '' : dim(found, terminal)));
}

/** Three decimals for scores, four significant digits for larger figures. */
function figure(value: number): string {
  return Math.abs(value) >= 100 ? value.toPrecision(4) : value.toFixed(3);
}

function counts(reasons: Readonly<Record<string, number>>): string {
  return Object.entries(reasons)
    .map(([reason, count]) => `${count} ${printable(reason)}`)
    .join(', ');
}

/** `60 scored, 2 truncated` for each model, and how many rows of the data were left out as unreadable. */
export function stateLines({ models, dataset: { badRows } }: Pick<Summary, 'models' | 'dataset'>): string {
  const lines = models.map(({ name, states }) => {
    const parts = Object.entries(states).filter(([, count]) => count > 0);
    return `${printable(name)}: ${parts.map(([state, count]) => `${count} ${state.replace('_', ' ')}`).join(', ') || 'no samples'}`;
  });
  if (badRows > 0) lines.push(`${badRows} bad ${badRows === 1 ? 'row' : 'rows'} left out`);
  return lines.join('\n');
}

/** What an early stop saved and why it came, for each model; empty where the run could not end early. */
export function stopLines({ models }: Summary): string {
  return models
    .flatMap(({ name, stop, failure }) => {
      if (stop === undefined || failure !== undefined) return [];
      const saved = stop.decided
        ? `stopped early, ${stop.saved} of ${stop.samples + stop.saved} samples not needed`
        : 'every sample asked';
      return [`${printable(name)}: ${saved}: ${printable(stop.reason)}`];
    })
    .join('\n');
}

/** `general-knowledge   60 samples, seed 7   factual_knowledge, qa_accuracy`. */
export function headLine({ dataset, seed, algorithms }: Pick<RunPlan, 'dataset' | 'seed' | 'algorithms'>): string {
  const samples = dataset.total === null ? '' : `   ${dataset.total} samples, seed ${seed}`;
  return `${printable(dataset.name)}${samples}   ${algorithms.map(({ label }) => printable(label)).join(', ')}`;
}
