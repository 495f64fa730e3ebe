import type { RunPlan, ScoreSummary, Summary } from 'assay/internal';
import { fitted, shorten, wrapped } from './fit-text.ts';
import { intervalNotes, weightNotes } from './interval-notes.ts';
import { bold, dim, printable, type Terminal } from './terminal.ts';

/** `0.312   0.246 … 0.381  n 60` and the space behind it. */
const CELL_WIDTH = 36;
const LEAST_LABEL = 24;
const LONGEST_LABEL = 36;
/** Lines of scores that fit on a screen beside the rest of what a run prints. */
const SCREEN_LINES = 24;

/**
 * The table of scores with intervals: a column for each model where they fit side by side, else a line for each model below
 * each score. Of a long table each algorithm's first score unless all are asked for.
 */
export function scoreTable(summary: Summary, terminal: Terminal, isVerbose = true): string {
  const names = summary.models.map(({ name }) => name);
  const overall = summary.scores.filter(({ category }) => category === null);
  const longest = Math.max(...overall.map(({ score }) => score.length + 4), LEAST_LABEL);
  const asked = Math.min(LONGEST_LABEL, longest, Math.max(LEAST_LABEL, terminal.columns - CELL_WIDTH));
  const label = tellingWidth(overall, asked, Math.min(longest, terminal.columns - names.length * CELL_WIDTH));
  const isWide = label + names.length * CELL_WIDTH <= Math.max(terminal.columns, label + CELL_WIDTH);
  const scores = new Set(overall.map(({ algorithm, score }) => `${algorithm}.${score}`));
  const isLong = !isVerbose && scores.size * (isWide ? 1 : names.length + 1) > SCREEN_LINES;
  const lines = [...new Set(overall.map((row) => row.algorithm))].flatMap((algorithm) => {
    const rows = overall.filter((row) => row.algorithm === algorithm);
    const shown = shownScores(rows, isLong);
    const table = { names, rows, shown, label, terminal };
    return [
      '',
      ...(isWide ? sideBySide(algorithm, table) : stacked(algorithm, table)),
      ...hiddenScores(rows, shown, terminal),
      ...notesOf(rows, names, terminal, isVerbose),
    ];
  });
  return lines.join('\n');
}

/** `most` where in `asked` two scores of one algorithm would be cut to the same text, and are not in `most`; else `asked`. */
function tellingWidth(rows: readonly ScoreSummary[], asked: number, most: number): number {
  const namesCutTo = (width: number): number =>
    new Set(rows.map(({ algorithm, score }) => `${algorithm}\n${shorten(score, width)}`)).size;
  const all = namesCutTo(Number.POSITIVE_INFINITY);
  return most > asked && namesCutTo(asked - 4) < all && namesCutTo(most - 4) === all ? most : asked;
}

interface Table {
  readonly names: readonly string[];
  readonly rows: readonly ScoreSummary[];
  readonly shown: readonly string[];
  readonly label: number;
  readonly terminal: Terminal;
}

const rowOf = (rows: readonly ScoreSummary[], model: string, score: string): ScoreSummary | undefined =>
  rows.find((row) => row.model === model && row.score === score);

function sideBySide(algorithm: string, { names, rows, shown, label, terminal }: Table): string[] {
  const heads = names.map((name) => fitted(printable(name), CELL_WIDTH - 2)).join('  ');
  return [
    `${bold(fitted(printable(algorithm), label - 2), terminal)}  ${heads}`.trimEnd(),
    ...shown.map((score) => {
      const cells = names.map((name) => cell(rowOf(rows, name, score), terminal));
      return `  ${fitted(score, label - 4)}  ${cells.join('')}`.trimEnd();
    }),
  ];
}

function stacked(algorithm: string, { names, rows, shown, label, terminal }: Table): string[] {
  return [
    bold(printable(algorithm), terminal),
    ...shown.flatMap((score) => [
      `  ${score}`,
      ...names.map((name) =>
        `    ${fitted(printable(name), label - 6)}  ${cell(rowOf(rows, name, score), terminal)}`.trimEnd(),
      ),
    ]),
  ];
}

/** The first score where the table is too long, all of them otherwise. */
function shownScores(rows: readonly ScoreSummary[], isLong: boolean): readonly string[] {
  const scores = [...new Set(rows.map((row) => row.score))];
  return isLong ? scores.slice(0, 1) : scores;
}

function hiddenScores(rows: readonly ScoreSummary[], shown: readonly string[], terminal: Terminal): string[] {
  const hidden = new Set(rows.map(({ score }) => score)).size - shown.length;
  return hidden <= 0
    ? []
    : [dim(`  ${hidden} more ${hidden === 1 ? 'score' : 'scores'}: --verbose, or the report`, terminal)];
}

function notesOf(
  rows: readonly ScoreSummary[],
  names: readonly string[],
  terminal: Terminal,
  isVerbose: boolean,
): string[] {
  const unscored = rows.filter((row) => Object.keys(row.unscored).length > 0);
  const reasons = names.flatMap((name) => {
    const row = unscored.find(({ model }) => model === name);
    return row === undefined ? [] : [`not scored for ${printable(name)}: ${counts(row.unscored)}`];
  });
  const intervals = isVerbose ? intervalNotes(rows, figure).map((note) => note.trim()) : [];
  return [...weightNotes(rows), ...intervals, ...reasons].flatMap((note) =>
    wrapped(printable(note), terminal.columns, '  ').map((line) => dim(line, terminal)),
  );
}

function cell(row: ScoreSummary | undefined, terminal: Terminal): string {
  if (row === undefined || row.value === null) return '–'.padEnd(CELL_WIDTH);
  const interval = row.interval === null ? '' : `${figure(row.interval[0])} … ${figure(row.interval[1])}`;
  const text = shorten(`${figure(row.value)}   ${interval.padEnd(15)}  n ${row.n}`, CELL_WIDTH - 1);
  return text.padEnd(CELL_WIDTH).replace(interval, (found) => (found === '' ? '' : dim(found, terminal)));
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
  const lines = models.map(({ name, states, cut }) => {
    const parts = Object.entries(states).filter(([, count]) => count > 0);
    const total = parts.reduce((sum, [, count]) => sum + count, 0);
    const words = parts.map(([state, count]) => `${count} ${state.replace('_', ' ')}`);
    const cuts = cut === undefined ? [] : [`answers of ${cut} of ${total} cut at max_new_tokens`];
    return `${printable(name)}: ${[...words, ...cuts].join(', ') || 'no samples'}`;
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
