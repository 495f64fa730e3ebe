import { createHash } from 'node:crypto';
import type { Manifest, ScoreSummary } from 'assay/internal';
import type { RunEntry, RunsPage } from 'assay/internal/report';
import type { RunOverview } from '../runs/run-catalogue.ts';
import { mainScores } from '../runs/score-history.ts';

/** The runs as the page lists them, newest first. */
export function runsData(
  runs: readonly RunOverview[],
  damaged: ReadonlyMap<string, string>,
  costs: ReadonlyMap<string, string>,
): RunsPage {
  return {
    view: 'runs',
    runs: runs.map((run) => ({ ...entryOf(run), cost: costs.get(run.name) ?? null })),
    damaged: [...damaged].map(([name, why]) => ({ name, why })),
  };
}

/** Of manifests that were looked at: the catalogue gives the same ones as long as their files do not change. */
const known = new WeakMap<Manifest, string>();

/** Runs over the same files, and as many rows of them, have the same. */
export function dataOf(manifest: Manifest): string {
  const found = known.get(manifest) ?? digestOf(manifest);
  known.set(manifest, found);
  return found;
}

function digestOf({ dataset, seed }: Manifest): string {
  const files = dataset.files.map(({ sha256, etag, bytes }) => [sha256 ?? etag ?? null, bytes]);
  return createHash('sha256')
    .update(JSON.stringify([files, dataset.samples, seed]))
    .digest('hex')
    .slice(0, 16);
}

function entryOf(run: RunOverview): Omit<RunEntry, 'cost'> {
  const { name, manifest, notes, summary, state, done, total } = run;
  const models = summary?.models ?? [];
  const answers = models.reduce((sum, { states }) => sum + Object.values(states).reduce((all, n) => all + n, 0), 0);
  return {
    ...{ name, title: notes.name, tags: notes.tags, note: notes.note },
    ...{ isStarred: notes.isStarred, isArchived: notes.isArchived },
    ...{ createdAt: manifest.createdAt, dataset: manifest.dataset.name, samples: manifest.dataset.samples },
    ...{ data: dataOf(manifest), models: manifest.models.map((model) => model.name), state, done, total },
    lost: answers - models.reduce((sum, { states }) => sum + states.scored, 0),
    tookMs: summary?.timing.elapsedMs ?? null,
    scores:
      summary === null
        ? run.scores.map(({ model, algorithm, score, n, mean }) => ({
            ...{
              key: `${algorithm}.${score}`,
              model,
              n,
              value: mean,
              interval: null,
              better: null,
              range: [null, null],
            },
          }))
        : leadScores(summary.scores).flatMap(({ model, algorithm, score, n, value, interval, spec }) =>
            value === null
              ? []
              : [
                  {
                    key: `${algorithm}.${score}`,
                    model,
                    n,
                    value,
                    interval,
                    better: spec.better,
                    range: rangeOf(spec),
                  },
                ],
          ),
  };
}

/** JSON knows no infinity. */
export function rangeOf({ range: [low, high] }: ScoreSummary['spec']): readonly [number | null, number | null] {
  const end = (value: number | null) => (value === null || !Number.isFinite(value) ? null : value);
  return [end(low), end(high)];
}

/** Primary scores; where a run marks none, the first of each algorithm. */
function leadScores(scores: readonly ScoreSummary[]): readonly ScoreSummary[] {
  const primary = scores.filter(({ category, spec }) => category === null && spec.primary === true);
  return primary.length > 0 ? primary : mainScores(scores);
}
