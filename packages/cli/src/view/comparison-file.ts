import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  AssayError,
  type ComparableScore,
  compareCategories,
  compareEachPair,
  compareModels,
  costOfSide,
  driftOf,
  type ModelCost,
  type Side as OpenedSide,
  openSides,
  pairSamples,
} from 'assay/internal';
import { formatDifference, writeReport } from 'assay/internal/report';
import { mergedRun } from '../compare/merged-run.ts';
import type { RunOverview } from '../runs/run-catalogue.ts';
import { ApiError } from '../serve/api-error.ts';
import type { Side } from './against-baseline.ts';
import { dataOf } from './runs-data.ts';
import { sideDifferences } from './side-differences.ts';

/** The value that stands for a model of a run in an address: `["run","model"]`. */
export function sideValue({ run, model }: Side): string {
  return JSON.stringify([run.name, model]);
}

/** Every model of every run that has ended, newest first. */
export function sidesOf(runs: readonly RunOverview[]): Side[] {
  return runs.flatMap((run) => (run.summary?.models ?? []).map(({ name }) => ({ run, model: name })));
}

/** Candidates that are held against one baseline at most: beyond them a page says nothing at a glance. */
export const MOST_CANDIDATES = 7;

/** The sides of a comparison, each once. */
export interface AskedSides {
  readonly baseline: Side;
  /** At least one. */
  readonly candidates: readonly Side[];
}

/**
 * Writes the page of two sides or more, as `assay compare --format html` has it, with the other sides to choose from.
 * @param folder where it goes, under a name that is the comparison's own
 * @returns the page's file
 */
export async function writeComparison(
  { baseline, candidates }: AskedSides,
  all: readonly Side[],
  folder: string,
): Promise<string> {
  const asked = [baseline, ...candidates];
  const runs = [...new Set(asked.map(({ run }) => run.folder.path))];
  const models = runs.map((path) => asked.filter(({ run }) => run.folder.path === path).map(({ model }) => model));
  const opened = await openSides(runs, { models }).catch(refused);
  const sides = named(opened.sides, asked);
  const { comparisons, categories } = compared(sides, opened.scores);
  if (comparisons.every(({ n }) => n === 0)) throw new ApiError(409, 'the sides have no sample in common');
  const costs: ModelCost[] = [];
  for (const side of sides) {
    const cost = await costOfSide(side);
    if (cost !== undefined) costs.push({ ...cost, model: side.scores.model });
  }
  const key = createHash('sha256')
    .update(JSON.stringify(asked.map(sideValue)))
    .digest('hex');
  const file = join(folder, `${key.slice(0, 16)}.html`);
  const choices = {
    sides: all.map((side) => ({ value: sideValue(side), label: labelOf(side) })),
    baseline: sideValue(baseline),
    candidates: candidates.map((side) => ({ value: sideValue(side), ...sideDifferences(baseline, side) })),
    most: MOST_CANDIDATES,
  };
  const notes = [...opened.notes, ...driftNotes(asked, sides, opened.scores)];
  await writeReport(await mergedRun({ ...opened, sides }, comparisons), file, { costs, notes, categories, choices });
  return file;
}

/** Of two sides over other data: whose scores moved, all samples of the one against all of the other. */
function driftNotes(
  [before, after, ...others]: readonly Side[],
  [baseline, candidate]: readonly OpenedSide[],
  scores: readonly ComparableScore[],
): string[] {
  if (others.length > 0 || dataOf(before!.run.manifest) === dataOf(after!.run.manifest)) return [];
  const moved = driftOf(baseline!.scores, candidate!.scores, scores).flatMap(({ score, verdict, difference }) =>
    (verdict === 'better' || verdict === 'worse') && difference !== null
      ? [`${score} ${verdict} by ${formatDifference(Math.abs(difference))}`]
      : [],
  );
  const found = moved.length === 0 ? 'no score is told to have moved' : moved.join(', ');
  return [`The two are over other data. Over all samples of each, whether the other has them or not: ${found}.`];
}

/** Two sides within categories too; of more, each pair of them. */
function compared(sides: readonly OpenedSide[], scores: readonly ComparableScore[]) {
  const [baseline, candidate, ...others] = sides.map((side) => side.scores);
  if (others.length > 0) return { comparisons: compareEachPair([baseline!, candidate!, ...others], scores) };
  const pairs = pairSamples(baseline!, candidate!);
  return { comparisons: compareModels(pairs, scores), categories: compareCategories(pairs, scores) };
}

/** Sides under what people call their runs, where that tells them apart. */
function named(opened: readonly OpenedSide[], asked: readonly Side[]): readonly OpenedSide[] {
  const labels = opened.map(({ name, model, scores }) => {
    const run = asked.find((side) => side.run.folder.path === name)!.run;
    return run.notes.name === '' ? scores.model : `${model} (${run.notes.name})`;
  });
  const isOneRun = new Set(asked.map(({ run }) => run.notes.name)).size === 1;
  if (isOneRun || new Set(labels).size < labels.length) return opened;
  return opened.map((side, at) => ({ ...side, scores: { ...side.scores, model: labels[at]! } }));
}

function labelOf({ run, model }: Side): string {
  const day = run.manifest.createdAt.slice(0, 10);
  return `${model} – ${run.notes.name === '' ? run.name : run.notes.name}, ${day}, ${run.manifest.dataset.name}`;
}

function refused(thrown: unknown): never {
  throw thrown instanceof AssayError ? new ApiError(409, thrown.message) : thrown;
}
