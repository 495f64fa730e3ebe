import {
  type AlgorithmResult,
  type BenchResults,
  changeText,
  type MetricResult,
  type PeerResult,
} from './bench-results.ts';

const NAME_WIDTH = 22;
const RATE_WIDTH = 12;
const CHANGE_WIDTH = 7;
const ALGORITHM_WIDTH = 30;

/** Of texts that only one column holds there is room for their throughput, too. */
const withBytes = (columns: readonly string[]): boolean => columns.length === 1;

export function metricHead(columns: readonly string[]): string {
  const heads = columns.map((name) =>
    fitted(name, RATE_WIDTH)
      .padStart(RATE_WIDTH)
      .padEnd(RATE_WIDTH + CHANGE_WIDTH),
  );
  return line('metric'.padEnd(NAME_WIDTH), ...heads, withBytes(columns) ? 'MB/s'.padStart(9) : '');
}

export function metricLine(
  { metric, rates }: MetricResult,
  columns: readonly string[],
  last: BenchResults | undefined,
): string {
  const before = last?.metrics.find((each) => each.metric === metric)?.rates;
  const cells = columns.map((column) => {
    const now = rates[column]!;
    const change = changeText(figure(now), before?.[column] && figure(before[column]));
    return `${shown(now.pairsPerSecond).padStart(RATE_WIDTH)}${` ${change}`.padEnd(CHANGE_WIDTH)}`;
  });
  const bytes = withBytes(columns) ? shown(rates[columns[0]!]!.mbPerSecond).padStart(9) : '';
  return line(metric.padEnd(NAME_WIDTH), ...cells, bytes);
}

const figure = ({ pairsPerSecond: value, spread }: MetricResult['rates'][string]) => ({ value, spread });

export function algorithmLines(results: readonly AlgorithmResult[], last: BenchResults | undefined): string {
  const head = line(
    'algorithm'.padEnd(ALGORITHM_WIDTH),
    ...['rows/s', 'MB/s', 'cores', 'memory'].map((name) => name.padStart(11)),
  );
  const rows = results.map((now) => {
    const before = last?.algorithms.find(
      ({ algorithm, rows: count }) => algorithm === now.algorithm && count === now.rows,
    );
    const speed = (each: AlgorithmResult) => ({ value: each.rowsPerSecond, spread: each.spread });
    const change = changeText(speed(now), before && speed(before));
    const cells = [shown(now.rowsPerSecond), shown(now.mbPerSecond), now.cores.toFixed(2)];
    return line(
      now.algorithm.padEnd(ALGORITHM_WIDTH),
      ...[...cells, `${Math.round(now.peakMb)} MB`].map((cell) => cell.padStart(11)),
      change === '' ? '' : ` ${change}`,
    );
  });
  return [head, ...rows].join('');
}

export function peerLines(peers: readonly PeerResult[], columns: readonly string[]): string {
  const width = 28;
  const head = line('metric'.padEnd(12), 'peer'.padEnd(width), ...columns.map((name) => fitted(name, 12).padStart(13)));
  const rows = peers.map(({ metric, peer, version, ratios }) => {
    const cells = columns.map((column) => {
      const ratio = ratios[column];
      return (ratio == null ? 'no figure' : `${ratio.toPrecision(3)}×`).padStart(13);
    });
    return line(metric.padEnd(12), fitted(`${peer} ${version}`, width - 1).padEnd(width), ...cells);
  });
  return [head, ...rows].join('');
}

const line = (...cells: readonly string[]): string => `${cells.join('').trimEnd()}\n`;

const fitted = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, width - 1)}…`);

function shown(value: number): string {
  if (value < 0.01) return '< 0.01';
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
