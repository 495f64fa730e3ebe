import type { ScoreSummary } from '@assay/core';
import type { RunOverview } from './run-catalogue.ts';

export interface HistoryFilter {
  /** `f1_score` or `qa_accuracy.f1_score`. @default the first score of each algorithm */
  readonly score?: string | undefined;
  readonly model?: string | undefined;
  readonly dataset?: string | undefined;
  /** Runs that began on or after this date. */
  readonly since?: Date | undefined;
}

/** One run's figure in a trend. */
export interface HistoryPoint {
  readonly run: string;
  readonly createdAt: string;
  readonly value: number;
  readonly interval: readonly [number, number] | null;
  readonly n: number;
  /**
   * Against the point before: its interval lies wholly on the worse or better side. Intervals that overlap say nothing;
   * the paired test of `assay compare` sees smaller changes.
   */
  readonly change: 'better' | 'worse' | null;
}

/** A score of one model on one dataset, oldest run first. */
export interface ScoreTrend {
  readonly dataset: string;
  readonly model: string;
  /** `algorithm.score` */
  readonly score: string;
  readonly points: readonly HistoryPoint[];
}

/** Trends over finished runs. */
export function scoreHistory(runs: readonly RunOverview[], filter: HistoryFilter): ScoreTrend[] {
  const trends = new Map<string, { dataset: string; model: string; score: string; points: HistoryPoint[] }>();
  for (const { name, manifest, summary } of [...runs].reverse()) {
    if (summary === null || (filter.since !== undefined && new Date(manifest.createdAt) < filter.since)) continue;
    const dataset = summary.dataset.name;
    if (filter.dataset !== undefined && filter.dataset !== dataset) continue;
    for (const row of wantedScores(summary.scores, filter)) {
      if (row.value === null) continue;
      const score = `${row.algorithm}.${row.score}`;
      const key = JSON.stringify([dataset, row.model, score]);
      const trend = trends.get(key) ?? { dataset, model: row.model, score, points: [] };
      trends.set(key, trend);
      const { value, interval, n } = row;
      const change = changeFrom(trend.points.at(-1)?.interval, interval, row.spec.better);
      trend.points.push({ run: name, createdAt: manifest.createdAt, value, interval, n, change });
    }
  }
  return [...trends.values()];
}

function wantedScores(scores: readonly ScoreSummary[], { score, model }: HistoryFilter): ScoreSummary[] {
  const overall = scores.filter((row) => row.category === null && (model === undefined || row.model === model));
  if (score !== undefined)
    return overall.filter((row) => row.score === score || `${row.algorithm}.${row.score}` === score);
  return mainScores(overall);
}

/** The first score of each algorithm, for each model. */
export function mainScores(overall: readonly ScoreSummary[]): ScoreSummary[] {
  const seen = new Set<string>();
  return overall.filter(({ category, model, algorithm }) => {
    const key = JSON.stringify([model, algorithm]);
    if (category !== null || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function changeFrom(
  before: readonly [number, number] | null | undefined,
  after: readonly [number, number] | null,
  better: ScoreSummary['spec']['better'],
): HistoryPoint['change'] {
  if (before === null || before === undefined || after === null) return null;
  if (before[0] <= after[1] && after[0] <= before[1]) return null;
  const distance = ([low, high]: readonly [number, number]): number => {
    if (better === 'higher') return -low;
    if (better === 'lower') return high;
    return Math.abs((low + high) / 2 - better.target);
  };
  return distance(after) < distance(before) ? 'better' : 'worse';
}
