/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact';
import type { Scale } from '../../src/charts/nice-scale.ts';
import { percent, ticksOf } from './place.ts';
import { shortTick } from './whisker.tsx';
import { Name } from './words.tsx';

/** A point of a line: per cent from the left, and what is drawn there. */
export interface LinePoint {
  readonly x: number;
  readonly value: number;
  readonly interval: readonly [number, number] | null;
}

export interface ChartLine {
  readonly key: string;
  /** The one that all others are looked at against. */
  readonly isFirst: boolean;
  readonly points: readonly LinePoint[];
}

export interface ChartLevel {
  readonly text: string;
  readonly value: number;
}

export interface LineChartProps {
  /** Up is better: of lower-is-better scores the axis is turned. */
  readonly scale: Scale;
  readonly isTurned: boolean;
  readonly ticks: number;
  readonly lines: readonly ChartLine[];
  /** Places of upright marks, per cent from the left. */
  readonly marks?: readonly number[];
  /** Limits that lines are to keep to: dashed, with their words at the right. */
  readonly levels?: readonly ChartLevel[];
  /** What stands over the lines: points, letters. */
  readonly children: ComponentChildren;
  /** What stands below them. */
  readonly below?: ComponentChildren;
}

/** Per cent from the top, with room for a mark at each end. */
export function heightOf({ min, max }: Scale, isTurned: boolean, value: number): number {
  const share = (value - min) / (max - min || 1);
  return 4 + 92 * (isTurned ? share : 1 - share);
}

/** Lines with the bands of their intervals over one axis. */
export function LineChart(props: LineChartProps) {
  const { scale, isTurned, ticks, lines, marks = [], levels = [], children, below } = props;
  const y = (value: number) => heightOf(scale, isTurned, value);
  const all = ticksOf(scale, ticks);
  return (
    <div class="trend-plot">
      <svg class="trend-y" aria-hidden="true">
        {all.map((tick) => (
          <text key={tick} x="100%" y={percent(y(tick))} dy="4" text-anchor="end">
            {shortTick(tick)}
          </text>
        ))}
      </svg>
      <div class="trend-area">
        {/* Stretched to its place: only lines and bands, no text. */}
        <svg class="trend-lines" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          {all.map((tick) => (
            <path key={tick} class="grid" d={`M0 ${y(tick)}H100`} />
          ))}
          {marks.map((x) => (
            <path key={x} class="mark" d={`M${x} 0V100`} />
          ))}
          {levels.map(({ text, value }) => (
            <path key={text} class="gate" d={`M0 ${y(value)}H100`} />
          ))}
          {lines.map(({ key, isFirst, points }) => (
            <g key={key} class={isFirst ? 'first' : 'other'}>
              <path class="band-of" d={bandPath(points, y)} />
              <path class="line-of" d={linePath(points, y)} />
            </g>
          ))}
        </svg>
        {levels.map(({ text, value }) => (
          <p key={text} class="level" style={{ top: percent(y(value)) }}>
            <Name text={text} />
          </p>
        ))}
        {children}
      </div>
      {below}
    </div>
  );
}

function linePath(points: readonly LinePoint[], y: (value: number) => number): string {
  return points.map(({ x, value }, at) => `${at === 0 ? 'M' : 'L'}${x} ${y(value)}`).join('');
}

/** Around the points that have an interval; nothing around a single one. */
function bandPath(points: readonly LinePoint[], y: (value: number) => number): string {
  const known = points.flatMap(({ x, interval }) => (interval === null ? [] : [{ x, interval }]));
  if (known.length < 2) return '';
  const side = (of: typeof known, end: 0 | 1) => of.map(({ x, interval }) => `${x} ${y(interval[end])}`);
  return `M${[...side(known, 1), ...side(known.toReversed(), 0)].join('L')}Z`;
}
