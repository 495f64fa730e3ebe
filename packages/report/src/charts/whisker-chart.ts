import type { CustomSeriesRenderItem } from 'echarts';
import type { Html } from '../page/html.ts';
import { modelColour } from './model-colour.ts';
import type { Scale } from './nice-scale.ts';
import { renderSvg } from './render-svg.ts';

/** A value with its interval, drawn in the colour and shape of one model. */
export interface Whisker {
  readonly value: number;
  readonly interval: readonly [number, number] | null;
  /** Position among the run's models. */
  readonly model: number;
}

const WIDTH = 400;
const MARGIN = 14;
const RADIUS = 4.5;

function marker(model: number, x: number, y: number): object {
  const style = { fill: modelColour(model) };
  const r = RADIUS;
  switch (model % 4) {
    case 0:
      return { type: 'circle', shape: { cx: x, cy: y, r }, style };
    case 1:
      return { type: 'rect', shape: { x: x - r + 0.5, y: y - r + 0.5, width: 2 * r - 1, height: 2 * r - 1 }, style };
    case 2:
      return {
        type: 'polygon',
        shape: {
          points: [
            [x, y - r - 1],
            [x + r + 1, y],
            [x, y + r + 1],
            [x - r - 1, y],
          ],
        },
        style,
      };
    default:
      return {
        type: 'polygon',
        shape: {
          points: [
            [x, y - r],
            [x + r, y + r - 1],
            [x - r, y + r - 1],
          ],
        },
        style,
      };
  }
}

/** Exactly within its margins: labels must not push it aside, or rows and axis would not line up. */
function grid(bottom: number): object {
  return { left: MARGIN, right: MARGIN, top: 0, bottom, outerBoundsMode: 'none' };
}

function axis(scale: Scale, labels: boolean): object {
  return {
    type: 'value',
    min: scale.min,
    max: scale.max,
    interval: scale.step,
    position: 'bottom',
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { show: labels, color: 'var(--muted)', fontSize: 11, hideOverlap: true, margin: 6 },
    splitLine: { show: true, lineStyle: { color: 'var(--rule)' } },
  };
}

export interface WhiskerOptions {
  /** Units of the drawing; it is scaled to the column that it stands in. @default 400 */
  readonly width?: number;
  /** Where a firm upright line stands: zero, for differences. */
  readonly reference?: number;
}

/** Dots with whiskers, one below the other, over the gridlines of `scale`. */
export function whiskerChart(whiskers: readonly Whisker[], scale: Scale, options: WhiskerOptions = {}): Html {
  const { width = WIDTH, reference } = options;
  const height = Math.max(1, whiskers.length) * 16 + 12;
  const renderItem: CustomSeriesRenderItem = (_, api) => {
    const whisker = whiskers[Number(api.value(1))]!;
    const [x = 0, y = 0] = api.coord([whisker.value, api.value(1)]);
    const stroke = { stroke: modelColour(whisker.model), lineWidth: 1.75, fill: 'none' };
    const ends = whisker.interval?.map((end) => api.coord([Math.min(Math.max(end, scale.min), scale.max), 0])[0] ?? 0);
    const [from, to] = ends ?? [];
    const line = (x1: number, y1: number, x2: number, y2: number) => ({
      type: 'line',
      shape: { x1, y1, x2, y2 },
      style: stroke,
    });
    const lines =
      from === undefined || to === undefined
        ? []
        : [line(from, y, to, y), line(from, y - 3, from, y + 3), line(to, y - 3, to, y + 3)];
    return { type: 'group', children: [...lines, marker(whisker.model, x, y)] } as ReturnType<CustomSeriesRenderItem>;
  };
  const zero: CustomSeriesRenderItem = (_, api) => {
    const x = api.coord([reference ?? 0, 0])[0] ?? 0;
    return {
      type: 'line',
      shape: { x1: x, y1: 0, x2: x, y2: height },
      style: { stroke: 'var(--muted)', lineWidth: 1 },
    };
  };
  return renderSvg(width, height, {
    grid: grid(0),
    xAxis: axis(scale, false),
    yAxis: { type: 'category', data: whiskers.map((_, i) => i), inverse: true, show: false },
    series: [
      ...(reference === undefined ? [] : [{ type: 'custom', data: [[reference, 0]], renderItem: zero }]),
      { type: 'custom', data: whiskers.map((whisker, i) => [whisker.value, i]), renderItem },
    ],
  });
}

/** The tick labels that stand under a column of {@link whiskerChart}. */
export function axisChart(scale: Scale, width: number = WIDTH): Html {
  const key = `${scale.min} ${scale.max} ${scale.step} ${width}`;
  const drawn = axes.get(key) ?? drawAxis(scale, width);
  if (axes.size > 100) axes.clear();
  axes.set(key, drawn);
  return drawn;
}

/** Most scores of a run have the same scale. */
const axes = new Map<string, Html>();

function drawAxis(scale: Scale, width: number): Html {
  return renderSvg(width, 22, {
    grid: grid(21),
    xAxis: axis(scale, true),
    yAxis: { type: 'category', data: [0], show: false },
    series: [],
  });
}

/** A score's way from one value to another, drawn as a marker, a line and an open end. */
export function dropChart(
  drop: { readonly from: number; readonly to: number; readonly model: number },
  scale: Scale,
): Html {
  const colour = modelColour(drop.model);
  const renderItem: CustomSeriesRenderItem = (_, api) => {
    const [from = 0, y = 0] = api.coord([drop.from, 0]);
    const to = api.coord([Math.min(Math.max(drop.to, scale.min), scale.max), 0])[0] ?? 0;
    return {
      type: 'group',
      children: [
        { type: 'line', shape: { x1: from, y1: y, x2: to, y2: y }, style: { stroke: colour, lineWidth: 1.75 } },
        {
          type: 'circle',
          shape: { cx: to, cy: y, r: 3.5 },
          style: { fill: 'var(--paper)', stroke: colour, lineWidth: 1.75 },
        },
        marker(drop.model, from, y),
      ],
    } as ReturnType<CustomSeriesRenderItem>;
  };
  return renderSvg(WIDTH, 28, {
    grid: grid(0),
    xAxis: axis(scale, false),
    yAxis: { type: 'category', data: [0], show: false },
    series: [{ type: 'custom', data: [[drop.from, 0]], renderItem }],
  });
}
