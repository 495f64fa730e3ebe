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

/** Dots with whiskers on one line each, over the gridlines of `scale`. A `reference` draws a firm upright line (zero). */
export function whiskerChart(whiskers: readonly Whisker[], scale: Scale, reference?: number): Html {
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
  return renderSvg(WIDTH, height, {
    grid: { left: MARGIN, right: MARGIN, top: 0, bottom: 0 },
    xAxis: axis(scale, false),
    yAxis: { type: 'category', data: whiskers.map((_, i) => i), inverse: true, show: false },
    series: [
      ...(reference === undefined ? [] : [{ type: 'custom', data: [[reference, 0]], renderItem: zero }]),
      { type: 'custom', data: whiskers.map((whisker, i) => [whisker.value, i]), renderItem },
    ],
  });
}

/** The tick labels that stand under a column of {@link whiskerChart}. */
export function axisChart(scale: Scale): Html {
  return renderSvg(WIDTH, 22, {
    grid: { left: MARGIN, right: MARGIN, top: 0, bottom: 21 },
    xAxis: axis(scale, true),
    yAxis: { type: 'category', data: [0], show: false },
    series: [],
  });
}
