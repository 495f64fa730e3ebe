import {
  type CategoryComparison,
  type Comparison,
  compareCategories,
  compareEachPair,
  findRun,
  pairSamples,
  type RunFolder,
  readRun as readRunFolder,
  ScoredRun,
  type Selection,
  type SelectionConfig,
  selectModel,
} from '@assay/core';
import { openSides, type SideOptions } from '../compare/open-sides.ts';
import type { SideDamage } from '../compare/sides.ts';
import { writeRunReport } from '../runs/write-run-report.ts';
import type { EvaluationRun } from './evaluation-run.ts';

/** A run, or its folder, or its name under `.assay/runs`. */
type RunLike = EvaluationRun | string;

const folderOf = (run: RunLike): string => (typeof run === 'string' ? run : run.folder);

const found = (run: RunLike): RunFolder => findRun(folderOf(run));

/** Models sample by sample. */
export interface RunComparison {
  /** Each side against each before it, for each score that all have. */
  readonly comparisons: readonly Comparison[];
  /** The same within each category; of two sides. */
  readonly categories: readonly CategoryComparison[];
  /** What a reader should know. */
  readonly notes: readonly string[];
  /** What of the runs is damaged, where `acceptDamage` took what is left. */
  readonly damage: readonly SideDamage[];
}

/**
 * Compares the models of two runs sample by sample, the first being the baseline: paired difference, interval, test,
 * verdict. Runs of lm-eval, Inspect and promptfoo are read, too. @throws AssayError USAGE, RUN_NOT_FOUND, RUN_DAMAGED
 * @example
 * const { comparisons } = await compare('before', 'after', { score: 'qa_accuracy.f1_score' });
 */
export async function compare(
  baseline: RunLike,
  candidate: RunLike,
  options: SideOptions = {},
): Promise<RunComparison> {
  const { sides, scores, notes, damage } = await openSides([folderOf(baseline), folderOf(candidate)], options);
  const [first, second, ...others] = sides.map((side) => side.scores);
  const isPair = first !== undefined && second !== undefined && others.length === 0;
  return {
    comparisons: compareEachPair(
      sides.map((side) => side.scores),
      scores,
    ),
    categories: isPair ? compareCategories(pairSamples(first, second), scores) : [],
    notes,
    damage,
  };
}

/**
 * The best model of a run, never by a difference that noise explains; `model` is null where nothing speaks for any.
 * @throws AssayError
 * @example
 * const { model, reason } = await select('20261123T214512Z-3f9c', { score: 'qa_accuracy.f1_score' });
 */
export async function select(run: RunLike, options: SelectionConfig = {}): Promise<Selection> {
  const view = await readRunFolder(found(run));
  return selectModel(new ScoredRun(view), options);
}

/**
 * Writes a run's page: one file that works offline. @returns its path
 * @example
 * const page = await writeReport('20261123T214512Z-3f9c', 'report.html');
 */
export async function writeReport(run: RunLike, file?: string): Promise<string> {
  const folder = found(run);
  const path = file ?? folder.report;
  await writeRunReport(folder, path, () => {});
  return path;
}
