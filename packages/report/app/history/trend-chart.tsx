/** @jsxImportSource preact */
import { niceScale } from '../../src/charts/nice-scale.ts';
import type { HistoryChange, HistoryDot, HistoryTrend } from '../../src/view-pages/history-page.ts';
import { formatInterval, formatScore } from '../../src/wording/format-number.ts';
import { heightOf, LineChart } from '../marks/line-chart.tsx';
import { MarkPath, ModelMark } from '../marks/model-mark.tsx';
import { percent } from '../marks/place.ts';
import { Name } from '../marks/words.tsx';
import { homeOf, pathPart } from '../shell/home.ts';

export interface TrendChartProps {
  /** Of one score on one dataset: a line a model. */
  readonly trends: readonly HistoryTrend[];
  readonly changes: readonly HistoryChange[];
  readonly letters: ReadonlyMap<string, string>;
}

/** Lines over the runs with interval bands; up is better. Runs stand evenly apart, in the order of their time. */
export function TrendChart({ trends, changes, letters }: TrendChartProps) {
  const runs = [...new Map(trends.flatMap(({ points }) => points.map((point) => [point.run, point.createdAt])))]
    .sort((a, b) => (a[1] < b[1] ? -1 : 1))
    .map(([run]) => run);
  const values = trends.flatMap(({ points }) => points.flatMap(({ value, interval }) => [value, ...(interval ?? [])]));
  const levels = [
    ...new Map(trends.flatMap(({ gates }) => gates.map(({ text, limit }) => [text, { text, value: limit }]))).values(),
  ];
  const [low, high] = trends[0]?.range ?? [null, null];
  const scale = niceScale([...values, ...levels.map(({ value }) => value)], [low ?? -Infinity, high ?? Infinity], true);
  const isTurned = trends[0]?.better === 'lower';
  const x = (run: string) => (runs.length === 1 ? 50 : 4 + (92 * runs.indexOf(run)) / (runs.length - 1));
  const y = (value: number) => heightOf(scale, isTurned, value);
  const lines = trends.flatMap((trend, i) =>
    stretches(trend.points).map((points) => ({
      key: `${i} ${points[0]?.run}`,
      isFirst: i === 0,
      points: points.map(({ run, value, interval }) => ({ x: x(run), value, interval })),
    })),
  );
  const marks = changes.flatMap(({ run }) => (runs.includes(run) ? [x(run)] : []));
  return (
    <div class="trend">
      <LineChart {...{ scale, isTurned, lines, marks, levels }} ticks={5}>
        {changes.map(({ run }) =>
          runs.includes(run) ? (
            <svg key={run} class="trend-letters" aria-hidden="true">
              <text x={percent(x(run))} y="10" text-anchor="middle">
                {letters.get(run)}
              </text>
            </svg>
          ) : null,
        )}
        {/* biome-ignore lint/a11y/useSemanticElements: a drawing with links in it; no element of HTML is one */}
        <svg class="trend-dots" role="group" aria-label="Runs">
          {trends.flatMap(({ model, points }, i) =>
            points.map((point) => (
              <a
                key={`${i} ${point.run}`}
                href={`${homeOf()}runs/${pathPart(point.run)}/report.html`}
                aria-label={dotWords(model, point)}
              >
                <svg
                  x={percent(x(point.run))}
                  y={percent(y(point.value))}
                  overflow="visible"
                  class={`w ${point.change ?? ''}`}
                >
                  <title>{dotWords(model, point)}</title>
                  <MarkPath mark={{ shape: i % 4, isHollow: Math.floor(i / 4) % 2 === 1 }} />
                </svg>
              </a>
            )),
          )}
        </svg>
      </LineChart>
      <ul class="trend-ends">
        {trends.map(({ model, points }, i) => {
          const last = points.at(-1)!;
          return (
            <li key={i}>
              <ModelMark mark={{ shape: i % 4, isHollow: Math.floor(i / 4) % 2 === 1 }} />
              <Name text={model} /> <b>{formatScore(last.value)}</b> <small>{formatInterval(last.interval)}</small>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function dotWords(model: string, { title, run, createdAt, value, interval, change }: HistoryDot): string {
  const moved = change === null ? '' : `, ${change} than the run before`;
  return `${model}, ${title === '' ? run : title}, ${createdAt.slice(0, 10)}: ${formatScore(value)} (${formatInterval(interval)})${moved}`;
}

/** Points in a row that are over the same rows. */
function stretches(points: readonly HistoryDot[]): HistoryDot[][] {
  const found: HistoryDot[][] = [];
  for (const point of points) {
    const last = found.at(-1);
    if (last !== undefined && last[0]!.data === point.data) last.push(point);
    else found.push([point]);
  }
  return found;
}
