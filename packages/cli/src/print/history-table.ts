import type { ChangeSince, ScoreTrend } from '../runs/score-history.ts';
import { fitted, nameAnd, wrapped } from './fit-text.ts';
import { bold, dim, printable, type Terminal } from './terminal.ts';

const WHISKER_WIDTH = 24;

/** `2026-11-24 01:15`, a value, an interval, a count and the spaces between. */
const FIGURES_WIDTH = 60;
const LEAST_NAME = 20;

/** Each trend as a table, oldest run first; where there is room, its intervals are drawn on one scale. */
export function historyTable(trends: readonly ScoreTrend[], terminal: Terminal): string {
  return trends.map((trend) => trendTable(trend, terminal)).join('\n\n');
}

function trendTable(
  { dataset, model, score, signature, isRescored, points, since }: ScoreTrend,
  terminal: Terminal,
): string {
  const { columns } = terminal;
  const ends = points.flatMap(({ value, interval }) => interval ?? [value]);
  const scale = [Math.min(...ends), Math.max(...ends)] as const;
  const longest = Math.max(...points.map(({ run }) => printable(run).length));
  const width = Math.min(longest, Math.max(LEAST_NAME, columns - FIGURES_WIDTH));
  const isDrawn = columns >= FIGURES_WIDTH + width + WHISKER_WIDTH + 2;
  const words = ({ change }: ScoreTrend['points'][number]): string => (change === null ? '' : `  ${change}`);
  const lines = points.map((point) => {
    const { run, createdAt, value, interval, n } = point;
    const range = interval === null ? '' : `${interval[0].toFixed(3)} … ${interval[1].toFixed(3)}`;
    const drawn = isDrawn ? [dim(whisker(value, interval ?? [value, value], ...scale), terminal)] : [];
    const when = createdAt.slice(0, 16).replace('T', ' ');
    const figures = [value.toFixed(3).padStart(6), range.padEnd(15), `n ${n}`.padEnd(6), ...drawn].join('  ');
    return `  ${when}  ${fitted(printable(run), width)}  ${figures}${words(point)}`.trimEnd();
  });
  const head = nameAnd(`${printable(score)}   `, 0, `${printable(model)} on ${printable(dataset)}`, columns);
  const told = [
    ...(isRescored ? [`scored by other settings than before: ${printable(signature ?? '')}`] : []),
    ...(points.some(({ change }) => change !== null)
      ? ['worse, better: than the run before, beyond the intervals']
      : []),
  ];
  const notes = told.flatMap((note) => wrapped(note, columns, '  ')).map((line) => dim(line, terminal));
  const last = since === undefined ? [] : wrapped(sinceLine(since), columns, '  ');
  return [head.replace(printable(score), (name) => bold(name, terminal)), ...lines, ...notes, ...last].join('\n');
}

/** `since … : worse: 0.612 → 0.421`; without a change beyond the intervals it says so. */
function sinceLine({ from, to, change }: ChangeSince): string {
  const values = `${from.value.toFixed(3)} in ${printable(from.run)} → ${to.value.toFixed(3)}`;
  if (from.run === to.run) return `since: one run, nothing to hold it against`;
  return change === null
    ? `since: no change beyond the intervals (${values})`
    : `since: ${change.toUpperCase()} (${values})`;
}

function whisker(value: number, [low, high]: readonly [number, number], from: number, to: number): string {
  const place = (x: number): number => (to > from ? Math.round(((x - from) / (to - from)) * (WHISKER_WIDTH - 1)) : 0);
  return Array.from({ length: WHISKER_WIDTH }, (_, at) => {
    if (at === place(value)) return '●';
    return at >= place(low) && at <= place(high) ? '─' : ' ';
  }).join('');
}
