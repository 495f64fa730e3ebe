import { basename } from 'node:path';
import { AnswerCache } from '../cache/answer-cache.ts';
import { CacheOnDemand } from '../cache/cache-on-demand.ts';
import { HelperCache } from '../cache/helper-cache.ts';
import { type AssayError, isAssayError, toAssayError } from '../errors/assay-error.ts';
import { Checkpoints } from '../journal/checkpoints.ts';
import { compactAtEnd } from '../journal/compact-journal.ts';
import { Journal, type JournalPosition } from '../journal/journal.ts';
import { MOST_CATEGORIES, OTHER_CATEGORIES } from '../results/accumulator.ts';
import { countsInRun } from '../results/counts-in-run.ts';
import { readManifestIfAny } from '../results/manifest.ts';
import { readRows, rereadable } from '../results/read-rows.ts';
import { RunColumns } from '../results/run-columns.ts';
import { readSummary } from '../results/stored-summary.ts';
import type { Manifest, Summary } from '../results/summary.ts';
import type { BadRowReport } from '../samples/bad-row-report.ts';
import { HelperDesk } from '../scoring/helper-desk.ts';
import { comparableScores } from '../selection/comparable-scores.ts';
import { compareRun } from '../selection/compare-run.ts';
import { gatherScores } from '../selection/model-scores.ts';
import { readOnce, ScoredRun } from '../selection/scored-run.ts';
import { nodeStorage } from '../storage/node-storage.ts';
import { createRunFolder, type RunFolder } from '../storage/run-folder.ts';
import { lockRun } from '../storage/run-lock.ts';
import type { Storage } from '../storage/storage.ts';
import { sweepDrafts, writeJsonFile } from '../storage/write-file.ts';
import { skipRest } from './model-failure.ts';
import { ModelProgress } from './model-progress.ts';
import { pinHelpers } from './pin-helpers.ts';
import { checkSamePlan, newManifest, resumedManifest } from './plan-manifest.ts';
import { rememberIds } from './remember-ids.ts';
import { type RestoredJournal, restoreProgress } from './restore-progress.ts';
import type { RunHooks } from './run-events.ts';
import { RunManifest } from './run-manifest.ts';
import { runModels } from './run-models.ts';
import type { RunPlan } from './run-plan.ts';
import { summariseRun } from './summarise-run.ts';

export interface RunResult {
  readonly folder: RunFolder;
  readonly manifest: Manifest;
  readonly summary: Summary;
  /** The run as decisions see it: one reading of its samples serves them all. */
  readonly scored: ScoredRun;
  /** Models that were not finished, and why; the rest of their samples are skipped. */
  readonly failures: ReadonlyMap<string, AssayError>;
}

/** The result of a run that is of no use without every model. @throws AssayError the first model's failure */
export function requireWhole(result: RunResult): RunResult {
  for (const failure of result.failures.values()) throw failure;
  return result;
}

/**
 * Executes a plan into a folder, or continues with what the folder's journal already holds.
 * A model that fails costs the others nothing; where no model has anything to show, its failure is thrown.
 * Throws RUN_INTERRUPTED when `signal` aborts; everything scored until then is on disk.
 */
export async function runEvaluation(
  plan: RunPlan,
  path: string,
  hooks: RunHooks,
  signal: AbortSignal,
  storage: Storage = nodeStorage,
): Promise<RunResult> {
  const folder = await createRunFolder(path, storage);
  const unlock = await lockRun(path, storage);
  try {
    await sweepDrafts(path, storage);
    const result = await runLocked(plan, folder, hooks, signal, storage);
    hooks.onRunEnd?.({ error: null });
    return result;
  } catch (thrown) {
    hooks.onRunEnd?.({ error: toAssayError(thrown, 'RUNNER_FAILED').toData() });
    throw thrown;
  } finally {
    await unlock();
  }
}

async function runLocked(
  asked: RunPlan,
  folder: RunFolder,
  hooks: RunHooks,
  signal: AbortSignal,
  storage: Storage,
): Promise<RunResult> {
  const startedAt = new Date();
  const { clock } = storage;
  const began = clock.now();
  const { describeHelper } = asked;
  const known = describeHelper === undefined ? asked : { ...asked, describeHelper: rememberIds(describeHelper) };
  const plan = { ...known, algorithms: await pinHelpers(known) };
  // Helpers that were being fetched when the run was stopped are no reason to go on without them.
  signal.throwIfAborted();
  const previous = await readManifestIfAny(folder);
  if (previous !== undefined) checkSamePlan(previous, plan, folder.path);
  const run = previous?.run ?? basename(folder.path);
  const retryFailed = plan.retryFailed === true && previous !== undefined;
  const begun = {
    ...(previous === undefined
      ? newManifest(plan, run, startedAt, folder.path)
      : resumedManifest(previous, plan, startedAt)),
    ...(retryFailed ? { retried: true as const } : {}),
  };
  const retried = begun.retried === true;
  hooks.onRunStart?.({
    run,
    dataset: plan.dataset.name,
    total: plan.dataset.total,
    seed: plan.seed,
    models: plan.models.map(({ name }) => name),
    isResumed: previous !== undefined,
  });
  const { categories } = plan.dataset;
  const progress = new Map(
    plan.models.map(({ name }) => [name, new ModelProgress(plan.algorithms, plan.stop, categories)]),
  );
  const badRows = new Map<string, BadRowReport>();
  const onBadRow = (row: BadRowReport) => {
    const place = `${row.file}:${row.line}`;
    if (badRows.has(place)) return;
    badRows.set(place, row);
    const at = { file: row.file, line: row.line };
    hooks.onWarning?.({ code: 'DATASET_SYNTAX', message: `${place}  ${row.message}`, at });
  };
  const manifest = new RunManifest(folder.manifest, begun, progress, storage);
  const restoring = { planDigest: plan.digest, retried, retryFailed };
  const restored = await restoreProgress(folder, progress, hooks, onBadRow, restoring, storage);
  tellLostJournal(previous, restored, folder, hooks);
  // A run that may end early is short, and its order of counting lies in the journal alone.
  // Where failed samples were asked again, a checkpoint would count what a later record replaces.
  const checkpoints =
    plan.stop === undefined && !retried
      ? new Checkpoints(folder.checkpoint, progress, restored, () => [...badRows.values()], storage)
      : undefined;
  const onCommit = () => checkpoints?.onCommit(journal);
  const journal = await Journal.open(folder.journal, restored, { onCommit, storage });
  const cache = cacheOf(plan, hooks);
  const helpers = new HelperDesk(plan.openHelper, cache && openHelperCache(cache, plan), (failure) =>
    hooks.onWarning?.(failure),
  );
  let failures: ReadonlyMap<string, AssayError> | undefined;
  let compacted: JournalPosition | undefined;
  try {
    if (restored.bytes === 0) {
      void journal.append({ kind: 'run', format: 1, run, planDigest: plan.digest });
      await journal.flush();
    }
    if (JSON.stringify(begun) !== JSON.stringify(previous)) await writeJsonFile(folder.manifest, begun, storage);
    const previousModels = new Map(begun.models.map(({ name, ...model }) => [name, model]));
    const context = { plan, manifest, journal, onBadRow, hooks, previousModels, cache, helpers };
    failures = await runModels(context, progress, signal);
    await plan.dataset.checkUnchanged?.();
  } finally {
    await helpers.close();
    await cache?.close(plan.cache?.maxBytes);
    await journal.close();
    const dead = { mayBeDead: retried, isDamaged: restored.corruptLines > 0 };
    compacted = failures && (await compactAtEnd(folder.journal, journal, progress, dead, storage));
    await checkpoints?.close(journal, compacted);
  }
  if ([...progress.values()].every(({ samples }) => samples === 0))
    for (const failure of failures.values()) throw failure;
  for (const name of failures.keys()) await skipRest(plan, name, progress.get(name)!, onBadRow);
  const figures = summariseRun(
    plan,
    run,
    progress,
    [...badRows.values()],
    { startedAt, elapsedMs: clock.now() - began },
    failures,
  );
  if (figures.scores.some(({ category }) => category === OTHER_CATEGORIES))
    hooks.onWarning?.(manyCategories(categories));
  const rows = rereadable(() => readRows(folder, { counts: countsInRun(figures.models) }));
  const scores = readOnce(() => gatherScores(rows, plan.algorithms));
  const hasParts = [...progress.values()].some((model) => model.hasParts);
  const columns = hasParts ? new RunColumns(folder.journal, storage) : undefined;
  const compared = { models: figures.models, algorithms: plan.algorithms, columns, scores };
  const { confidence } = plan.stop ?? {};
  const summary = {
    ...figures,
    comparisons: await compareRun(compared, comparableScores(figures.scores), { confidence }),
  };
  if (previous?.journal !== undefined) await tellDamagedSummary(folder, hooks, storage);
  await writeJsonFile(folder.summary, summary, storage);
  // Last: a journal that is as the manifest has it belongs to the summary beside it.
  await manifest.end(compacted ?? journal.position);
  const view = { manifest: manifest.now(), summary, rows, ...(columns === undefined ? {} : { columns }) };
  const scored = new ScoredRun(view, scores);
  return { folder, manifest: scored.manifest, summary, scored, failures };
}

/** A journal that ends before its run did, at whole lines: nothing of it fails a checksum. */
function tellLostJournal(
  previous: Manifest | undefined,
  { bytes, corruptLines, tornBytes }: RestoredJournal,
  { journal }: RunFolder,
  hooks: RunHooks,
): void {
  const ended = previous?.journal?.bytes;
  if (ended === undefined || corruptLines > 0 || (bytes >= ended && tornBytes === 0)) return;
  const message =
    bytes < ended
      ? `${journal} ends after ${bytes} of ${ended} bytes; the samples that it lost run again`
      : `${journal} is damaged: ${tornBytes} bytes at its end are no line, and are cut off`;
  hooks.onWarning?.({ code: 'RUN_JOURNAL_CORRUPT', message });
}

/** Of a run that had ended: it is written anew, and somebody may have read it. */
async function tellDamagedSummary({ summary }: RunFolder, hooks: RunHooks, storage: Storage): Promise<void> {
  const tell = (what: string) => hooks.onWarning?.({ code: 'RUN_DAMAGED', message: `${what}; it is written anew` });
  if (!(await storage.exists(summary))) tell(`${summary} is gone`);
  else
    await readSummary(summary, storage).catch((thrown: unknown) => {
      if (!isAssayError(thrown)) throw thrown;
      tell(thrown.message);
    });
}

function manyCategories(most: number = MOST_CATEGORIES): {
  readonly code: 'DATASET_TOO_LARGE';
  readonly message: string;
} {
  const count = most.toLocaleString('en');
  return {
    code: 'DATASET_TOO_LARGE',
    message: `there are more than ${count} categories: those behind the first ${count} by name count together, as "${OTHER_CATEGORIES}" (dataset.budgets.categories allows more)`,
  };
}

function cacheOf({ cache }: RunPlan, hooks: RunHooks): CacheOnDemand | undefined {
  if (cache === undefined) return undefined;
  const onTrouble = (message: string) => hooks.onWarning?.({ code: 'RUN_CACHE', message });
  return new CacheOnDemand(() => AnswerCache.open(cache.folder, onTrouble));
}

function openHelperCache(cache: CacheOnDemand, { cache: settings, describeHelper, versions }: RunPlan): HelperCache {
  const { generations = true, embeddings = true } = settings ?? {};
  return new HelperCache(cache, { generations, embeddings, describe: describeHelper, version: versions.assay ?? '' });
}
