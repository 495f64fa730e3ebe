import { join } from 'node:path';
import {
  type CategoryComparison,
  comparableScores,
  compareCategories,
  damageText,
  type GateResult,
  isAssayError,
  isDamaged,
  pairSamples,
  type RunFolder,
  readBestModel,
  readRun,
  readSampleNotes,
  runCosts,
  type SampleNote,
  ScoredRun,
  sampleCount,
} from '@assay/core';
import type { ChosenModel } from '@assay/report';
import { namedGates } from './named-gates.ts';
import { readRunConfig, readRunPrices } from './read-run-config.ts';
import { checkStatedGates } from './run-gates.ts';

/** Rows that every run's page lists: more would cost a large run time and memory that few would look at. */
const MAX_ROWS = 100_000;

/** Rows up to which a run's categories are paired: the journal may have to be read once more for it. */
const MAX_PAIRED_ROWS = 20_000;

export interface RunReportOptions {
  /** Gates as they came out. @default those of the run's config are checked */
  readonly checked?: readonly GateResult[];
  /** About how many rows the page lists at most. @default 100,000 */
  readonly maxRows?: number | undefined;
  /** The run, where its samples' scores may be known already. @default it is read */
  readonly scored?: ScoredRun | undefined;
}

/**
 * Writes a run's page, with its gates, the model that was chosen and costs; of a larger run it shows samples drawn by
 * chance, and says so.
 */
export async function writeRunReport(
  folder: RunFolder,
  file: string,
  note: (text: string) => void,
  { checked, maxRows = MAX_ROWS, scored }: RunReportOptions = {},
): Promise<void> {
  const { writeReport } = await import('@assay/report');
  const whole = scored ?? new ScoredRun(await readRun(folder, { onDamage: 'tell' }));
  const run = await readRun(folder, { maxRows, onDamage: 'tell' });
  const damage = run.damage === undefined ? undefined : `${folder.path} is damaged: ${damageText(run.damage)}`;
  if (damage !== undefined) note(damage);
  const gates = namedGates(checked ?? (await statedGates(folder, whole, note)));
  const costs = runCosts(run.summary, await readRunPrices(folder, note));
  const categories = await categoriesOf(whole);
  const notes = damage === undefined ? [] : [`${damage}.`];
  await writeReport(run, file, {
    gates,
    costs,
    categories,
    notes,
    chosen: await readChosen(folder, run.manifest.run, note),
    sampleNotes: await readNoted(folder, note),
  });
  if (run.share === undefined) return;
  const figures = [maxRows, sampleCount(run.summary)].map((count) => count.toLocaleString('en'));
  note(
    `the page lists about ${figures[0]} of ${figures[1]} rows, samples drawn by chance (assay report RUN --max-rows N lists more); all of them are in journal.jsonl`,
  );
}

/** What people say of the run's samples; told where that cannot be read. */
async function readNoted({ path }: RunFolder, note: (text: string) => void): Promise<readonly SampleNote[]> {
  try {
    return await readSampleNotes(path);
  } catch (thrown) {
    if (!isAssayError(thrown)) throw thrown;
    note(`notes on samples are left out: ${thrown.message}`);
    return [];
  }
}

/** Two models paired within each category; none where the run may have ended early, for which these tests are not made. */
async function categoriesOf(run: ScoredRun): Promise<CategoryComparison[] | undefined> {
  const { summary } = run;
  const [first, second, ...others] = summary.models;
  const isSmall = sampleCount(summary) <= MAX_PAIRED_ROWS;
  if (first === undefined || second === undefined || others.length > 0 || !isSmall) return undefined;
  // No verdict on what is left of a damaged run.
  if (isDamaged(run.damage) || first.stop !== undefined || !summary.scores.some(({ category }) => category !== null))
    return undefined;
  const models = await run.models();
  const [baseline, candidate] = [models.get(first.name), models.get(second.name)];
  if (baseline === undefined || candidate === undefined) return undefined;
  return compareCategories(pairSamples(baseline, candidate), comparableScores(summary.scores));
}

/** A page is worth having where a gate cannot be checked any more; that is said. */
async function statedGates(
  folder: RunFolder,
  run: ScoredRun,
  note: (text: string) => void,
): Promise<readonly GateResult[]> {
  const { config, baseDir } = await readRunConfig(folder);
  if (config?.gates === undefined) return [];
  return checkStatedGates(config.gates, run, baseDir, note);
}

/** What best_model.json beside the run says of it; told where that cannot be read. */
async function readChosen(
  { path }: RunFolder,
  run: string,
  note: (text: string) => void,
): Promise<ChosenModel | undefined> {
  try {
    const found = await readBestModel(join(path, 'best_model.json'));
    if (found === undefined || found.run !== run || found.model === null) return undefined;
    return { model: found.model, reason: found.reason, ranks: found.ranks };
  } catch (thrown) {
    if (!isAssayError(thrown)) throw thrown;
    note(`the chosen model is left out: ${thrown.message}`);
    return undefined;
  }
}
