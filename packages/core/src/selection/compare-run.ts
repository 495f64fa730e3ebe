import type { RunColumns } from '../results/run-columns.ts';
import type { Comparison, ModelSummary } from '../results/summary.ts';
import type { ComparableScore } from './comparable-scores.ts';
import { areSummable, compareColumns, type PrepareColumns } from './compare-columns.ts';
import { compareWithinRun } from './compare-within-run.ts';
import type { KnownAlgorithms, ModelScores } from './model-scores.ts';

/** What comparing the models of one run takes. */
export interface RunToCompare {
  /** Those that are compared, in their order. */
  readonly models: readonly Pick<ModelSummary, 'name' | 'states' | 'stop'>[];
  readonly algorithms: KnownAlgorithms;
  /** Where the samples lie in columns. */
  readonly columns: RunColumns | undefined;
  /** All samples in memory, where columns are not enough. */
  readonly scores: () => Promise<ReadonlyMap<string, ModelScores>>;
}

export interface CompareRunOptions {
  readonly confidence?: number | undefined;
  readonly prepare?: PrepareColumns | undefined;
}

/** Each model of a run against each before it: by its columns, in bounded memory, where these tell all that is needed. */
export async function compareRun(
  { models, algorithms, columns, scores: gather }: RunToCompare,
  scores: readonly ComparableScore[],
  { confidence, prepare }: CompareRunOptions = {},
): Promise<Comparison[]> {
  if (models.length < 2) return [];
  const names = models.map(({ name }) => name);
  const isFixed = models.every(({ stop }) => stop === undefined);
  if (columns !== undefined && isFixed && areSummable(scores, algorithms)) {
    const wanted = new Set(scores.map(({ algorithm, score }) => `${algorithm}.${score}`));
    const blocks = await columns.blocks((score) => prepare !== undefined || wanted.has(score));
    const counts = models.map(({ states }) => Object.values(states).reduce((sum, count) => sum + count, 0));
    if (blocks !== undefined)
      return compareColumns(blocks, scores, {
        ...{ models: names, samples: Math.max(...counts), algorithms, confidence, prepare },
      });
  }
  return compareAmong(await gather(), models, scores, { confidence, prepare });
}

/** The same of samples in memory. */
export function compareAmong(
  gathered: ReadonlyMap<string, ModelScores>,
  models: RunToCompare['models'],
  scores: readonly ComparableScore[],
  { confidence, prepare }: CompareRunOptions = {},
): Comparison[] {
  const inOrder = models.flatMap(({ name }) => {
    const own = gathered.get(name);
    if (own === undefined) return [];
    return prepare === undefined ? [own] : [{ ...own, columns: prepare(own.columns, own.rows.length) }];
  });
  return compareWithinRun(inOrder, scores, models, confidence);
}
