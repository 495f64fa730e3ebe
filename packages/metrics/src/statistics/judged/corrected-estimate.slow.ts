import type { JudgedSamples, JudgedTarget } from './judged-samples.ts';

interface Row {
  readonly label: number;
  readonly score: number;
  readonly weight: number;
}

/** The corrected estimate, of independent samples, as a weighted regression over written-out rows; the oracle of tests. */
export function slowCorrectedEstimate(
  { labels, judged, judge }: JudgedSamples,
  target: JudgedTarget,
): { center: number; variance: number; df: number; lambda: number } {
  const all = Array.from(judge);
  const top = Math.max(...all);
  const bottom = Math.min(...all);
  const rows: Row[] = Array.from(labels, (label, i) => ({ label, score: judged[i]!, weight: 1 }));
  rows.push({ label: 0, score: top, weight: 1.25 }, { label: 1, score: bottom, weight: 1.25 });
  const lambda = clippedSlope(rows, top - bottom);
  const rests = rows.map(({ label, score, weight }) => ({ label: label - lambda * score, weight }));
  const total = sum(rests.map(({ weight }) => weight));
  const df = total - 1 - (lambda > 0 ? 1 : 0);
  const rest = meanOf(rests);
  const variance = spread(rests) / df;
  if (target === 'run') {
    const n = labels.length;
    const foretold = all.slice(n).map((score) => rest + lambda * score);
    const center = (sum(Array.from(labels)) + sum(foretold)) / all.length;
    const left = all.length - n;
    return {
      center,
      variance: left === 0 ? 0 : variance * (left / all.length) ** 2 * (1 / total + 1 / left),
      df,
      lambda,
    };
  }
  const scores = [
    ...all.map((label) => ({ label, weight: 1 })),
    { label: top, weight: 1.25 },
    { label: bottom, weight: 1.25 },
  ];
  const size = all.length + 2.5;
  const ofLabels = spread(rows) / (total - 1);
  return {
    center: rest + lambda * meanOf(scores),
    variance: variance * (1 / total - 1 / size) + ofLabels / size,
    df,
    lambda,
  };
}

function clippedSlope(rows: readonly Row[], width: number): number {
  if (width <= 1e-9) return 0;
  const label = meanOf(rows);
  const score = meanOf(rows.map((row) => ({ label: row.score, weight: row.weight })));
  const products = sum(rows.map((row) => row.weight * (row.score - score) * (row.label - label)));
  const squares = sum(rows.map((row) => row.weight * (row.score - score) ** 2));
  return Math.min(Math.max(products / squares, 0), 1 / width);
}

type Weighted = Pick<Row, 'label' | 'weight'>;

function meanOf(rows: readonly Weighted[]): number {
  return sum(rows.map(({ label, weight }) => weight * label)) / sum(rows.map(({ weight }) => weight));
}

function spread(rows: readonly Weighted[]): number {
  const center = meanOf(rows);
  return sum(rows.map(({ label, weight }) => weight * (label - center) ** 2));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
