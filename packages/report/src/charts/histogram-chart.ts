import type { Html } from '../page/html.ts';
import { modelColour } from './model-colour.ts';
import { renderSvg } from './render-svg.ts';

export interface Histogram {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

/** Counts as bars over equal bins; `most` is the count at full height, shared by charts that stand side by side. */
export function histogramChart(histogram: Histogram, model: number, most: number): Html {
  const { counts } = histogram;
  return renderSvg(240, 64, {
    grid: { left: 0, right: 0, top: 2, bottom: 1 },
    xAxis: {
      type: 'category',
      data: counts.map((_, i) => i),
      axisTick: { show: false },
      axisLabel: { show: false },
      axisLine: { lineStyle: { color: 'var(--firm)' } },
    },
    yAxis: { type: 'value', max: Math.max(1, most), show: false },
    series: [
      { type: 'bar', data: counts, barCategoryGap: '14%', barMinHeight: 0, itemStyle: { color: modelColour(model) } },
    ],
  });
}
