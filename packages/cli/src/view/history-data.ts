import type { HistoryChange, HistoryPage } from 'assay/internal/report';
import type { RunOverview } from '../runs/run-catalogue.ts';
import { type HistoryRow, runRows, trendsOf } from '../runs/score-history.ts';
import { gatesOn } from './history-gates.ts';
import { dataOf, rangeOf } from './runs-data.ts';

/** Trends of one score, or of the first of each algorithm; archived runs are left out. */
export function historyData(all: readonly RunOverview[], score: string | null): HistoryPage {
  const runs = all.filter(({ notes }) => !notes.isArchived);
  const byName = new Map(runs.map((run) => [run.name, run]));
  const rows = runRows(runs);
  const better = new Map(rows.map((row) => [keyOf(row), row.better]));
  const ranges = new Map<string, ReturnType<typeof rangeOf>>(
    runs.flatMap(({ summary }) =>
      (summary?.scores ?? []).map(({ algorithm, score, spec }) => [`${algorithm}.${score}`, rangeOf(spec)] as const),
    ),
  );
  return {
    view: 'history',
    score,
    scores: [...new Set(rows.map(keyOf))].sort(),
    trends: trendsOf(rows, { score: score ?? undefined }).map((trend) => ({
      ...{ key: trend.score, model: trend.model, dataset: trend.dataset, isRescored: trend.isRescored },
      better: better.get(trend.score) ?? null,
      range: ranges.get(trend.score) ?? [null, null],
      gates: gatesOn(byName.get(trend.points.at(-1)!.run)!, trend.score, trend.model),
      points: trend.points.map((point, at) => {
        const { manifest, notes } = byName.get(point.run)!;
        const data = dataOf(manifest);
        const before = trend.points[at - 1];
        const isSame = before !== undefined && dataOf(byName.get(before.run)!.manifest) === data;
        return { ...point, title: notes.name, data, change: isSame ? point.change : null };
      }),
    })),
    changes: changesOf(runs),
  };
}

function keyOf({ algorithm, score }: HistoryRow): string {
  return `${algorithm}.${score}`;
}

/** What each run had changed against the one before it on the dataset of its name. */
function changesOf(runs: readonly RunOverview[]): HistoryChange[] {
  const last = new Map<string, RunOverview>();
  const changes: HistoryChange[] = [];
  for (const run of [...runs].sort((a, b) => (a.manifest.createdAt < b.manifest.createdAt ? -1 : 1))) {
    const { name, manifest, notes } = run;
    const dataset = manifest.dataset.name;
    const before = last.get(dataset);
    last.set(dataset, run);
    const what = before === undefined ? [] : whatChanged(before, run);
    if (what.length > 0) changes.push({ run: name, title: notes.name, createdAt: manifest.createdAt, dataset, what });
  }
  return changes;
}

function whatChanged({ manifest: before }: RunOverview, { manifest: after }: RunOverview): HistoryChange['what'] {
  const what: HistoryChange['what'][number][] = [];
  if (dataOf(before) !== dataOf(after))
    what.push({ kind: 'data', text: `${before.dataset.samples} to ${after.dataset.samples} samples` });
  const runners = new Map(before.models.map(({ name, runner }) => [name, runner]));
  const moved = after.models.filter(({ name, runner }) => runners.has(name) && runners.get(name) !== runner);
  if (moved.length > 0) what.push({ kind: 'model', text: moved.map(({ name }) => name).join(', ') });
  else if (before.configDigest !== after.configDigest) what.push({ kind: 'config', text: after.configFile });
  if (before.commit !== after.commit && after.commit !== null)
    what.push({ kind: 'commit', text: `${before.commit?.slice(0, 7) ?? 'none'} to ${after.commit.slice(0, 7)}` });
  return what;
}
