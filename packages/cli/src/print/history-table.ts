import type { ChangeSince, ScoreTrend } from '../runs/score-history.ts';
import { bold, dim, printable, type Terminal } from './terminal.ts';

const WHISKER_WIDTH = 24;

/** Each trend as a table, oldest run first, with its intervals drawn on one scale. */
export function historyTable(trends: readonly ScoreTrend[], terminal: Terminal): string {
  return trends
    .map(({ dataset, model, score, signature, isRescored, points, since }) => {
      const ends = points.flatMap(({ value, interval }) => interval ?? [value]);
      const [from, to] = [Math.min(...ends), Math.max(...ends)];
      const width = Math.max(...points.map(({ run }) => printable(run).length));
      const lines = points.map(({ run, createdAt, value, interval, n, change }) => {
        const range = interval === null ? '' : `${interval[0].toFixed(3)} … ${interval[1].toFixed(3)}`;
        const parts = [
          createdAt.slice(0, 16).replace('T', ' '),
          printable(run).padEnd(width),
          value.toFixed(3).padStart(8),
          range.padEnd(17),
          `n ${n}`.padEnd(9),
          dim(whisker(value, interval ?? [value, value], from, to), terminal),
          change === null ? '' : change === 'worse' ? 'worse than the run before' : 'better than the run before',
        ];
        return `  ${parts.join('  ')}`.trimEnd();
      });
      const head = `${bold(printable(score), terminal)}   ${printable(model)} on ${printable(dataset)}`;
      const note = isRescored
        ? [dim(`  scored by other settings than before: ${printable(signature ?? '')}`, terminal)]
        : [];
      return [head, ...note, ...lines, ...(since === undefined ? [] : [`  ${sinceLine(since)}`])].join('\n');
    })
    .join('\n\n');
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
