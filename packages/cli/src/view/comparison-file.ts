import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  AssayError,
  compareCategories,
  compareModels,
  costOfSide,
  type ModelCost,
  type Side as OpenedSide,
  openSides,
  pairSamples,
} from 'assay/internal';
import { writeReport } from 'assay/internal/report';
import { mergedRun } from '../compare/merged-run.ts';
import type { RunOverview } from '../runs/run-catalogue.ts';
import { ApiError } from '../serve/api-error.ts';
import type { Side } from './against-baseline.ts';
import { sideDifferences } from './side-differences.ts';

/** The value that stands for a model of a run in an address: `["run","model"]`. */
export function sideValue({ run, model }: Side): string {
  return JSON.stringify([run.name, model]);
}

/** Every model of every run that has ended, newest first. */
export function sidesOf(runs: readonly RunOverview[]): Side[] {
  return runs.flatMap((run) => (run.summary?.models ?? []).map(({ name }) => ({ run, model: name })));
}

/**
 * Writes the page of two sides, as `assay compare --format html` has it, with the other sides to choose from.
 * @param folder where it goes, under a name that is the comparison's own
 * @returns the page's file
 */
export async function writeComparison(
  [before, after]: readonly [Side, Side],
  all: readonly Side[],
  folder: string,
): Promise<string> {
  const names = [...new Set([before.run.folder.path, after.run.folder.path])];
  const opened = await openSides(names, { baselineModel: before.model, candidateModel: after.model }).catch(refused);
  const { scores, notes } = opened;
  const sides = opened.sides.map((side, at) =>
    named(side, at === 0 ? before : after, before.run.notes.name !== after.run.notes.name),
  );
  const [baseline, candidate] = [sides[0]!, sides[1]!];
  const pairs = pairSamples(baseline.scores, candidate.scores);
  const comparisons = compareModels(pairs, scores);
  if (comparisons.every(({ n }) => n === 0)) throw new ApiError(409, 'the two have no sample in common');
  const costs: ModelCost[] = [];
  for (const side of sides) {
    const cost = await costOfSide(side);
    if (cost !== undefined) costs.push({ ...cost, model: side.scores.model });
  }
  const key = createHash('sha256')
    .update(JSON.stringify([sideValue(before), sideValue(after)]))
    .digest('hex');
  const file = join(folder, `${key.slice(0, 16)}.html`);
  const choices = {
    sides: all.map((side) => ({ value: sideValue(side), label: labelOf(side) })),
    ...{ baseline: sideValue(before), candidate: sideValue(after) },
    facts: sideDifferences(before, after),
  };
  const categories = compareCategories(pairs, scores);
  await writeReport(await mergedRun({ ...opened, sides }, comparisons), file, { costs, notes, categories, choices });
  return file;
}

/** A side under what people call its run, where they do. */
function named<Opened extends OpenedSide>(side: Opened, { run, model }: Side, isApart: boolean): Opened {
  if (!isApart || run.notes.name === '') return side;
  return { ...side, scores: { ...side.scores, model: `${model} (${run.notes.name})` } };
}

function labelOf({ run, model }: Side): string {
  const day = run.manifest.createdAt.slice(0, 10);
  return `${model} – ${run.notes.name === '' ? run.name : run.notes.name}, ${day}, ${run.manifest.dataset.name}`;
}

function refused(thrown: unknown): never {
  throw thrown instanceof AssayError ? new ApiError(409, thrown.message) : thrown;
}
