/** @jsxImportSource preact */
import { niceScale } from '../../src/charts/nice-scale.ts';
import type { HistoryChange, HistoryDot, HistoryTrend } from '../../src/view-pages/history-page.ts';
import { formatInterval, formatScore } from '../../src/wording/format-number.ts';
import { MarkPath, ModelMark } from '../marks/model-mark.tsx';
import { percent, ticksOf } from '../marks/place.ts';
import { shortTick } from '../marks/whisker.tsx';
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
  const [low, high] = trends[0]?.range ?? [null, null];
  const scale = niceScale(values, [low ?? -Infinity, high ?? Infinity], true);
  const isTurned = trends[0]?.better === 'lower';
  const x = (run: string) => (runs.length === 1 ? 50 : 4 + (92 * runs.indexOf(run)) / (runs.length - 1));
  const y = (value: number) => {
    const share = (value - scale.min) / (scale.max - scale.min || 1);
    return 4 + 92 * (isTurned ? share : 1 - share);
  };
  return (
    <div class="trend">
      <div class="trend-plot">
        <svg class="trend-y" aria-hidden="true">
          {ticksOf(scale, 5).map((tick) => (
            <text key={tick} x="100%" y={percent(y(tick))} dy="4" text-anchor="end">
              {shortTick(tick)}
            </text>
          ))}
        </svg>
        <div class="trend-area">
          {/* Stretched to its place: only lines and bands, no text. */}
          <svg class="trend-lines" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
            {ticksOf(scale, 5).map((tick) => (
              <path key={tick} class="grid" d={`M0 ${y(tick)}H100`} />
            ))}
            {changes.map(({ run }) => runs.includes(run) && <path key={run} class="mark" d={`M${x(run)} 0V100`} />)}
            {trends.flatMap((trend, i) =>
              stretches(trend.points).map((points) => (
                <g key={`${i} ${points[0]?.run}`} class={i === 0 ? 'first' : 'other'}>
                  <path class="band-of" d={bandPath(points, x, y)} />
                  <path
                    class="line-of"
                    d={points.map(({ run, value }, at) => `${at === 0 ? 'M' : 'L'}${x(run)} ${y(value)}`).join('')}
                  />
                </g>
              )),
            )}
          </svg>
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
        </div>
      </div>
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

function bandPath(points: readonly HistoryDot[], x: (run: string) => number, y: (value: number) => number): string {
  const known = points.flatMap(({ run, interval }) => (interval === null ? [] : [{ at: x(run), interval }]));
  if (known.length < 2) return '';
  const side = (of: readonly (typeof known)[number][], end: 0 | 1) =>
    of.map(({ at, interval }) => `${at} ${y(interval[end])}`);
  return `M${[...side(known, 1), ...side(known.toReversed(), 0)].join('L')}Z`;
}
