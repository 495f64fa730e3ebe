import { init } from 'echarts/dist/echarts.esm.min';

export interface ThroughputRow {
  readonly name: string;
  /** By series, in pairs a second; null where it was not measured. */
  readonly rates: readonly (number | null)[];
}

export interface ThroughputChart {
  readonly title: string;
  /** Machine, versions and how it was measured. */
  readonly note: string;
  readonly series: readonly string[];
  readonly rows: readonly ThroughputRow[];
}

const INK = '#1d1f22';
const MUTED = '#5b6067';
const RULE = '#e4e3dd';
const COLOURS = ['#1f62a8', '#b3530b', '#1f7a54'];
const ROW_HEIGHT = 46;

/** Rates as bars on a logarithmic axis: an SVG file that stands alone. */
export function throughputChart({ title, note, series, rows }: ThroughputChart): string {
  const height = 130 + rows.length * ROW_HEIGHT;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 860, height });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: '#fcfcfa',
      color: COLOURS,
      textStyle: { fontFamily: 'system-ui, sans-serif' },
      title: {
        text: title,
        subtext: note,
        left: 16,
        top: 12,
        textStyle: { color: INK, fontSize: 17, fontWeight: 500 },
        subtextStyle: { color: MUTED, fontSize: 12 },
      },
      legend: { right: 16, top: 16, itemWidth: 12, itemHeight: 12, itemGap: 22, textStyle: { color: INK } },
      grid: { left: 170, right: 70, top: 84, bottom: 36 },
      xAxis: {
        type: 'log',
        name: 'pairs a CPU second',
        nameLocation: 'middle',
        nameGap: 24,
        nameTextStyle: { color: MUTED },
        axisLabel: { show: false },
        splitLine: { lineStyle: { color: RULE } },
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: rows.map(({ name }) => name),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: MUTED } },
        axisLabel: { color: INK, fontSize: 13 },
      },
      series: series.map((name, at) => ({
        type: 'bar',
        name,
        barMaxWidth: 12,
        data: rows.map(({ rates }) => rates[at] ?? null),
        label: {
          show: true,
          position: 'right',
          color: MUTED,
          fontSize: 10,
          formatter: ({ value }: { value: unknown }) => (typeof value === 'number' ? shortRate(value) : ''),
        },
      })),
    });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

/** 1.2M, 34k, 560: as much as a bar's label needs. */
export function shortRate(rate: number): string {
  if (rate >= 1e6) return `${(rate / 1e6).toFixed(1)}M`;
  if (rate >= 1e4) return `${Math.round(rate / 1e3)}k`;
  if (rate >= 1e3) return `${(rate / 1e3).toFixed(1)}k`;
  return rate >= 10 ? String(Math.round(rate)) : rate.toFixed(1);
}
