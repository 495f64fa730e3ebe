import { type ScoreSummary, valueSignature } from 'assay/internal';
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

/** The newest run against what stood before a date. */
export interface ChangeSince {
  /** The last run before the date; the first after it where there is none. */
  readonly from: HistoryPoint;
  readonly to: HistoryPoint;
  readonly change: HistoryPoint['change'];
}

/** A score of one model on one dataset, oldest run first. */
export interface ScoreTrend {
  readonly dataset: string;
  readonly model: string;
  /** `algorithm.score` */
  readonly score: string;
  /** What the values depend on; null where the runs do not say. */
  readonly signature: string | null;
  /** Whether the same score was computed by other settings in earlier runs, which are a trend of their own. */
  readonly isRescored: boolean;
  readonly points: readonly HistoryPoint[];
  /** Where a date was given. */
  readonly since?: ChangeSince;
}

/** One figure of one run, of whatever kept it. */
export interface HistoryRow extends Omit<HistoryPoint, 'change'> {
  readonly dataset: string;
  readonly model: string;
  readonly algorithm: string;
  /** Without its algorithm. */
  readonly score: string;
  /** What the value depends on; null where it is not known. Values of different signatures are no trend. */
  readonly signature: string | null;
  /** null where it is not known: no run is called better or worse then. */
  readonly better: ScoreSummary['spec']['better'] | null;
}

/** Trends over finished runs. */
export function scoreHistory(runs: readonly RunOverview[], filter: HistoryFilter): ScoreTrend[] {
  return trendsOf(runRows(runs), filter);
}

/** The figures of finished runs over all their samples. */
export function runRows(runs: readonly RunOverview[]): HistoryRow[] {
  return runs.flatMap(({ name, manifest: { createdAt }, summary }): HistoryRow[] => {
    const overall = summary?.scores.filter(({ category }) => category === null) ?? [];
    return overall.flatMap(({ value, spec, algorithm, score, model, interval, n, signature }) =>
      value === null
        ? []
        : [
            {
              run: name,
              createdAt,
              dataset: summary!.dataset.name,
              model,
              algorithm,
              score,
              value,
              interval,
              n,
              signature,
              better: spec.better,
            },
          ],
    );
  });
}

/** Trends over figures in any order, each run against the one before it that computed the score by the same settings. */
export function trendsOf(rows: readonly HistoryRow[], { score, model, dataset, since }: HistoryFilter): ScoreTrend[] {
  const wanted = rows.filter(
    (row) =>
      (model === undefined || row.model === model) &&
      (dataset === undefined || row.dataset === dataset) &&
      // A run whose time nobody wrote down is on neither side of a date.
      (since === undefined || row.createdAt !== ''),
  );
  const shown =
    score === undefined
      ? mainRows(wanted)
      : wanted.filter((row) => row.score === score || `${row.algorithm}.${row.score}` === score);
  const trends = new Map<string, HistoryRow[]>();
  for (const row of [...shown].sort((a, b) => (`${a.createdAt} ${a.run}` < `${b.createdAt} ${b.run}` ? -1 : 1))) {
    const key = JSON.stringify([row.dataset, row.model, row.algorithm, row.score, valueSignature(row.signature ?? '')]);
    trends.set(key, [...(trends.get(key) ?? []), row]);
  }
  const seen = new Set<string>();
  return [...trends.values()].flatMap((all) => {
    const { dataset: on, model: of, algorithm, score: name } = all[0]!;
    const same = JSON.stringify([on, of, algorithm, name]);
    const isRescored = seen.has(same);
    seen.add(same);
    return trendOf(all, since, isRescored) ?? [];
  });
}

function trendOf(rows: readonly HistoryRow[], since: Date | undefined, isRescored: boolean): ScoreTrend | undefined {
  const { dataset, model, algorithm, score, signature, better } = rows[0]!;
  const points = rows.map(({ run, createdAt, value, interval, n }, at): HistoryPoint => {
    return { run, createdAt, value, interval, n, change: changeFrom(rows[at - 1]?.interval, interval, better) };
  });
  const name = { dataset, model, score: `${algorithm}.${score}`, signature, isRescored };
  if (since === undefined) return { ...name, points };
  const isBefore = ({ createdAt }: HistoryPoint) => new Date(createdAt) < since;
  const after = points.filter((point) => !isBefore(point));
  const [first, to] = [after[0], after.at(-1)];
  if (first === undefined || to === undefined) return undefined;
  const from = points.filter(isBefore).at(-1) ?? first;
  return { ...name, points: after, since: { from, to, change: changeFrom(from.interval, to.interval, better) } };
}

/** Of each model and dataset the first score of each algorithm. */
function mainRows(rows: readonly HistoryRow[]): HistoryRow[] {
  const first = new Map<string, string>();
  for (const { algorithm, score } of rows) if (!first.has(algorithm)) first.set(algorithm, score);
  return rows.filter(({ algorithm, score }) => first.get(algorithm) === score);
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
  better: HistoryRow['better'],
): HistoryPoint['change'] {
  if (before === null || before === undefined || after === null || better === null) return null;
  if (before[0] <= after[1] && after[0] <= before[1]) return null;
  const distance = ([low, high]: readonly [number, number]): number => {
    if (better === 'higher') return -low;
    if (better === 'lower') return high;
    return Math.abs((low + high) / 2 - better.target);
  };
  return distance(after) < distance(before) ? 'better' : 'worse';
}
