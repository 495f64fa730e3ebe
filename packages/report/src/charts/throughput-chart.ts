import { escapeHtml } from '../page/html.ts';

export interface ThroughputRow {
  readonly name: string;
  /** By series; null where it was not measured. */
  readonly rates: readonly (number | null)[];
}

export interface ThroughputChart {
  readonly title: string;
  /** Machine, versions and how it was measured. */
  readonly note: string;
  readonly panels: readonly ThroughputPanel[];
}

/** Rates of one unit, on an axis of their own. */
export interface ThroughputPanel {
  readonly unit: string;
  /** Names of the bars of a row; none where a row has one bar, whose name is the row's. */
  readonly series: readonly string[];
  readonly rows: readonly ThroughputRow[];
}

const COLOURS = ['#1f62a8', '#b3530b', '#1f7a54'];
const WIDTH = 860;
const LEFT = 170;
const RIGHT = 70;
/** Above the rows of a panel, and below them. */
const LEGEND = 32;
const AXIS = 44;
const ROW_HEIGHT = 46;
const BAR_HEIGHT = 12;

/** Rates as bars on logarithmic axes: an SVG file that stands alone. */
export function throughputChart({ title, note, panels }: ThroughputChart): string {
  const parts: string[] = [];
  let top = 60;
  for (const panel of panels) {
    parts.push(...panelOf(panel, top));
    top += heightOf(panel);
  }
  const height = top + 16;
  const all = [
    `<rect width="${WIDTH}" height="${height}" fill="#fcfcfa"/>`,
    text({ x: 16, y: 30, size: 17 }, title),
    text({ x: 16, y: 50, fill: '#5b6067' }, note),
    ...parts,
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif">${all.join('\n')}</svg>\n`;
}

const heightOf = ({ rows }: ThroughputPanel): number => LEGEND + rows.length * ROW_HEIGHT + AXIS;

function panelOf({ unit, series, rows }: ThroughputPanel, from: number): string[] {
  const rates = rows.flatMap((row) => row.rates.filter((rate) => rate !== null && rate > 0)) as number[];
  const least = Math.floor(Math.log10(Math.min(1, ...rates)));
  const most = Math.ceil(Math.log10(Math.max(10, ...rates)));
  const x = (rate: number) => LEFT + ((Math.log10(rate) - least) / (most - least)) * (WIDTH - LEFT - RIGHT);
  const top = from + LEGEND;
  const bottom = top + rows.length * ROW_HEIGHT;
  const powers = Array.from({ length: most - least + 1 }, (_, i) => 10 ** (least + i));
  return [
    ...series.map((name, i) => legendOf(name, i, from)),
    ...powers.map((rate) => `<path d="M${x(rate).toFixed(1)} ${top}V${bottom}" stroke="#e4e3dd"/>`),
    ...powers.map((rate) =>
      text({ x: x(rate), y: bottom + 13, size: 10, fill: '#5b6067', anchor: 'middle' }, shortRate(rate)),
    ),
    ...rows.flatMap((row, at) => barsOf(row, top + at * ROW_HEIGHT, x)),
    text({ x: (LEFT + WIDTH - RIGHT) / 2, y: bottom + 30, fill: '#5b6067', anchor: 'middle' }, unit),
  ];
}

function legendOf(name: string, at: number, top: number): string {
  const x = LEFT + 200 * at;
  return `<rect x="${x}" y="${top + 8}" width="12" height="12" fill="${COLOURS[at % COLOURS.length]}"/>${text({ x: x + 18, y: top + 18 }, name)}`;
}

function barsOf({ name, rates }: ThroughputRow, top: number, x: (rate: number) => number): string[] {
  const first = top + (ROW_HEIGHT - rates.length * (BAR_HEIGHT + 2)) / 2;
  return [
    text({ x: LEFT - 10, y: top + ROW_HEIGHT / 2 + 4, size: 13, anchor: 'end' }, name),
    ...rates.flatMap((rate, i) => {
      if (rate === null || rate <= 0) return [];
      const y = first + i * (BAR_HEIGHT + 2);
      const width = Math.max(1, x(rate) - LEFT).toFixed(1);
      return [
        `<rect x="${LEFT}" y="${y}" width="${width}" height="${BAR_HEIGHT}" fill="${COLOURS[i % COLOURS.length]}"/>`,
        text({ x: x(rate) + 5, y: y + 10, size: 10, fill: '#5b6067' }, shortRate(rate)),
      ];
    }),
  ];
}

interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly size?: number;
  readonly fill?: string;
  readonly anchor?: string;
}

function text({ x, y, size = 12, fill = '#1d1f22', anchor = 'start' }: TextPlace, words: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${size}" fill="${fill}" text-anchor="${anchor}">${escapeHtml(words)}</text>`;
}

/** 1.2M, 34k, 560: as much as a bar's label needs. */
export function shortRate(rate: number): string {
  if (rate >= 1e6) return `${(rate / 1e6).toFixed(1)}M`;
  if (rate >= 1e4) return `${Math.round(rate / 1e3)}k`;
  if (rate >= 1e3) return `${(rate / 1e3).toFixed(1)}k`;
  return rate >= 10 ? String(Math.round(rate)) : rate.toFixed(1);
}
