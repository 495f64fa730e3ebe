import { existsSync, readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { rowRanker } from '../datasets/row-rank.ts';
import { AssayError, isAssayError } from '../errors/assay-error.ts';
import { newTail } from '../journal/read-journal.ts';
import { type RunFolder, runFolder } from '../storage/run-folder.ts';
import { countsInRun } from './counts-in-run.ts';
import { findDamage } from './find-damage.ts';
import { readManifest } from './manifest.ts';
import { readRows, rereadable } from './read-rows.ts';
import { RunColumns } from './run-columns.ts';
import { requireDecidable } from './run-damage.ts';
import { readSummary } from './stored-summary.ts';
import type { RunView, Summary } from './summary.ts';

/** Where runs are kept below a project. */
export const RUNS_FOLDER = join('.assay', 'runs');

/** Runs that go by their age: the last that has finished, and the one before. */
const BY_AGE: Readonly<Record<string, number>> = { latest: 0, previous: 1 };

/** A run named by its folder, by its name under `.assay/runs`, or as `latest` or `previous` there. Throws RUN_NOT_FOUND. */
export function findRun(name: string, cwd: string = process.cwd()): RunFolder {
  const candidates = [isAbsolute(name) ? name : resolve(cwd, name), join(cwd, RUNS_FOLDER, name)];
  for (const candidate of candidates) {
    const folder = runFolder(candidate);
    if (existsSync(folder.manifest)) return folder;
  }
  const age = BY_AGE[name];
  const found = age === undefined ? undefined : finishedRuns(cwd)[age];
  if (found !== undefined) return found;
  const where =
    age === undefined
      ? `at ${candidates.join(' or ')}`
      : `that is the ${name} finished one in ${join(cwd, RUNS_FOLDER)}`;
  throw new AssayError('RUN_NOT_FOUND', `no run ${where}`, {
    hint: 'Runs of this project are listed by: assay runs list',
  });
}

/** Run folders below `.assay/runs` that have a summary, newest first. */
function finishedRuns(cwd: string): RunFolder[] {
  const parent = join(cwd, RUNS_FOLDER);
  const names = existsSync(parent) ? readdirSync(parent).sort().reverse() : [];
  return names.map((name) => runFolder(join(parent, name))).filter(({ summary }) => existsSync(summary));
}

/** The same; undefined where there is none. */
export function findRunIfAny(name: string, cwd?: string): RunFolder | undefined {
  try {
    return findRun(name, cwd);
  } catch (thrown) {
    if (isAssayError(thrown) && thrown.code === 'RUN_NOT_FOUND') return undefined;
    throw thrown;
  }
}

/** Run folders below `.assay/runs`, newest first. */
export async function listRuns(cwd: string = process.cwd()): Promise<RunFolder[]> {
  const parent = join(cwd, RUNS_FOLDER);
  if (!existsSync(parent)) return [];
  const names = await readdir(parent);
  return names
    .sort()
    .reverse()
    .map((name) => runFolder(join(parent, name)))
    .filter(({ manifest }) => existsSync(manifest));
}

/** What becomes of a run of which something is damaged: nothing is read, or all that is left, with `damage` beside it. */
export type OnDamage = 'refuse' | 'tell';

export interface ReadRunOptions {
  /** About how many rows at most; of a larger run samples are drawn, each with the rows of all its models. @default all */
  readonly maxRows?: number | undefined;
  /** @default 'refuse': what decides must know of it */
  readonly onDamage?: OnDamage | undefined;
}

/**
 * A finished run, looked at in all its parts before anything is read of it: manifest and summary by their checksums, the
 * journal by those of its lines and by how many samples the summary counts.
 * @throws AssayError RUN_NOT_FOUND for one that has no summary yet, RUN_DAMAGED, RUN_INCOMPLETE, RUN_NOT_RESUMABLE
 */
export async function readRun(
  folder: RunFolder,
  { maxRows, onDamage = 'refuse' }: ReadRunOptions = {},
): Promise<RunView> {
  if (!existsSync(folder.summary)) {
    throw new AssayError('RUN_NOT_FOUND', `${folder.path} has not finished`, {
      hint: 'Finish it with `assay run CONFIG --resume`.',
    });
  }
  const summary = await readSummary(folder.summary);
  const manifest = await readManifest(folder);
  const damage = await findDamage(folder, manifest, summary);
  if (onDamage === 'refuse') requireDecidable(folder.path, { manifest, damage });
  const counts = countsInRun(summary.models);
  // Damage that came since is told by the reading itself.
  const rowsOf = (isWanted?: (sample: number) => boolean) =>
    rereadable(() => readRows(folder, { isWanted, counts, ...(damage === undefined ? {} : { tail: newTail() }) }));
  const columns = damage === undefined && manifest.journal?.parts === true ? new RunColumns(folder.journal) : undefined;
  const view = {
    ...{ manifest, summary },
    ...(damage === undefined ? {} : { damage }),
    ...(columns === undefined ? {} : { columns }),
  };
  const total = sampleCount(summary);
  if (maxRows === undefined || total <= maxRows) return { ...view, rows: rowsOf() };
  const share = maxRows / total;
  return { ...view, share, rows: rowsOf(drawn(share)) };
}

/** Rows of a run: samples times models. */
export function sampleCount({ models }: Pick<Summary, 'models'>): number {
  return models.reduce((sum, { states }) => sum + Object.values(states).reduce((a, b) => a + b, 0), 0);
}

/** Whether a sample is among a share of all, by its index alone: the same for every model, in whatever order they ended. */
function drawn(share: number): (sample: number) => boolean {
  const rank = rowRanker('assay rows of a page');
  return (sample) => rank(sample) < share * 2 ** 53;
}
