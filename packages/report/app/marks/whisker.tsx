/** @jsxImportSource preact */
import { type Mark, MarkPath } from './model-mark.tsx';
import { type Axis, percent, placeOf, ticksOf } from './place.ts';
import type { Tone } from './verdict-badge.tsx';

export interface WhiskerProps {
  readonly axis: Axis;
  readonly mark: Mark;
  readonly value: number;
  /** Thin, with caps where `inner` is given. */
  readonly interval: readonly [number, number] | null;
  /** Thick: the interval that holds for this comparison alone. */
  readonly inner?: readonly [number, number] | null | undefined;
  /** Half of the band around zero: differences too small to matter. */
  readonly margin?: number | null;
  /** A firm line at zero. */
  readonly hasZero?: boolean;
  /** A dotted line: the baseline's value. */
  readonly reference?: number | null;
  readonly tone?: Tone;
  /** At most so many grid lines, as the axis has ticks. @default 4 */
  readonly ticks?: number;
}

/** A value with its interval. The figures stand beside it as text, so that it is hidden from screen readers. */
export function Whisker(props: WhiskerProps) {
  const { axis, mark, value, interval, inner, margin, hasZero, reference, tone, ticks = 4 } = props;
  const at = (x: number) => percent(placeOf(axis, x));
  const line = (name: string, [low, high]: readonly [number, number]) => (
    <line class={name} x1={at(low)} x2={at(high)} y1="50%" y2="50%" />
  );
  return (
    <svg class={`w ${tone ?? ''}`} aria-hidden="true">
      {ticksOf(axis.scale, ticks).map((tick) => (
        <line key={tick} class="grid" x1={at(tick)} x2={at(tick)} y1="0" y2="100%" />
      ))}
      {margin != null && <Band axis={axis} margin={margin} />}
      {hasZero && <line class="zero" x1={at(0)} x2={at(0)} y1="0" y2="100%" />}
      {reference != null && <line class="ref" x1={at(reference)} x2={at(reference)} y1="0" y2="100%" />}
      {interval !== null && line('thin', interval)}
      {interval !== null && inner !== undefined && interval.map((end, i) => <Cap key={i} x={at(end)} />)}
      {inner != null && line('thick', inner)}
      <svg x={at(value)} y="50%" overflow="visible" aria-hidden="true">
        <MarkPath mark={mark} />
      </svg>
    </svg>
  );
}

function Band({ axis, margin }: { readonly axis: Axis; readonly margin: number }) {
  const ends = [placeOf(axis, -margin), placeOf(axis, margin)];
  const [from, to] = [Math.min(...ends), Math.max(...ends)];
  return <rect class="band" x={percent(from)} width={percent(to - from)} y="0" height="100%" />;
}

function Cap({ x }: { readonly x: string }) {
  return (
    <svg x={x} y="50%" overflow="visible" aria-hidden="true">
      <path class="cap" d="M0-4v8" />
    </svg>
  );
}

/** The axis of a column of whiskers: its ticks, few enough to stand apart in a narrow column. */
export function AxisTicks({
  axis,
  format,
  most = 4,
}: {
  readonly axis: Axis;
  readonly format?: (tick: number) => string;
  readonly most?: number;
}) {
  return (
    <svg class="axis" aria-hidden="true">
      {ticksOf(axis.scale, most).map((tick) => (
        <text key={tick} x={percent(placeOf(axis, tick))} y="12" text-anchor="middle">
          {(format ?? shortTick)(tick)}
        </text>
      ))}
    </svg>
  );
}

/** `0.25`, `1`, `−0.1`, `12k`. */
export function shortTick(tick: number): string {
  const size = Math.abs(tick);
  const text = size >= 1e4 ? `${Number((size / 1000).toPrecision(3))}k` : String(Number(size.toPrecision(4)));
  return tick < 0 ? `−${text}` : text;
}

/** A difference's tick, with its sign. */
export function signedTick(tick: number): string {
  return tick > 0 ? `+${shortTick(tick)}` : shortTick(tick);
}
