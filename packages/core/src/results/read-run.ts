import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import type { Unscored } from '../algorithms/algorithm.ts';
import { rowRanker } from '../datasets/row-rank.ts';
import { AssayError, isAssayError } from '../errors/assay-error.ts';
import { findFailedRecords } from '../journal/failed-records.ts';
import type { SampleRecord } from '../journal/journal-record.ts';
import { rangeSamples } from '../journal/range-samples.ts';
import { readJournal } from '../journal/read-journal.ts';
import { type RunFolder, runFolder } from '../storage/run-folder.ts';
import { countsInRun } from './counts-in-run.ts';
import { readManifest, readManifestIfAny } from './manifest.ts';
import { readSummary } from './stored-summary.ts';
import type { RunView, SampleRow, Summary } from './summary.ts';

/** Where runs are kept below a project. */
export const RUNS_FOLDER = join('.assay', 'runs');

/** A run named by its folder or by its name under `.assay/runs`. Throws RUN_NOT_FOUND. */
export function findRun(name: string, cwd: string = process.cwd()): RunFolder {
  const candidates = [isAbsolute(name) ? name : resolve(cwd, name), join(cwd, RUNS_FOLDER, name)];
  for (const candidate of candidates) {
    const folder = runFolder(candidate);
    if (existsSync(folder.manifest)) return folder;
  }
  throw new AssayError('RUN_NOT_FOUND', `no run at ${candidates.join(' or ')}`, {
    hint: `Runs of this project are listed by: ls ${RUNS_FOLDER}`,
  });
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

export interface ReadRunOptions {
  /** About how many rows at most; of a larger run samples are drawn, each with the rows of all its models. @default all */
  readonly maxRows?: number | undefined;
}

/** A finished run. @throws AssayError RUN_NOT_FOUND for one that has no summary yet, RUN_DAMAGED, RUN_NOT_RESUMABLE */
export async function readRun(folder: RunFolder, { maxRows }: ReadRunOptions = {}): Promise<RunView> {
  if (!existsSync(folder.summary)) {
    throw new AssayError('RUN_NOT_FOUND', `${folder.path} has not finished`, {
      hint: 'Finish it with `assay run CONFIG --resume`.',
    });
  }
  const summary = await readSummary(folder.summary);
  const total = sampleCount(summary);
  const counts = countsInRun(summary.models);
  const manifest = await readManifest(folder);
  if (maxRows === undefined || total <= maxRows)
    return { manifest, summary, rows: rereadable(() => readRows(folder, undefined, counts)) };
  const share = maxRows / total;
  return { manifest, summary, share, rows: rereadable(() => readRows(folder, drawn(share), counts)) };
}

/** Rows that are read from the beginning each time they are asked for. */
export function rereadable<Row>(read: () => AsyncIterable<Row>): AsyncIterable<Row> {
  return { [Symbol.asyncIterator]: () => read()[Symbol.asyncIterator]() };
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

/**
 * Sample rows of a journal, in the order they were finished.
 * @param isWanted by the sample's index in the dataset
 * @param counts whether a sample of a model is a row at all
 */
export async function* readRows(
  folder: RunFolder,
  isWanted: (sample: number) => boolean = () => true,
  counts: (model: string, row: number) => boolean = () => true,
): AsyncGenerator<SampleRow> {
  const isRetried = (await readManifestIfAny(folder))?.retried === true;
  const replaced = isRetried ? (await findFailedRecords(folder.journal)).replaced : undefined;
  let place = -1;
  for await (const record of readJournal(folder.journal)) {
    if (record.kind === 'sample' && replaced?.has(++place)) continue;
    if (record.kind === 'range') {
      for (const sample of rangeSamples(record, isWanted)) yield toRow(sample);
    } else if (record.kind === 'sample' && counts(record.model, record.sample) && isWanted(record.sample))
      yield toRow(record);
  }
}

/** The journal's line of one sample, for each model that has it; the last where it was asked again. */
export async function findSample(folder: RunFolder, index: number): Promise<SampleRecord[]> {
  const found = new Map<string, SampleRecord>();
  for await (const record of readJournal(folder.journal)) {
    if (record.kind === 'sample' && record.sample === index) found.set(record.model, record);
    else if (record.kind === 'range' && record.range.first <= index) {
      for (const sample of rangeSamples(record)) if (sample.sample === index) found.set(sample.model, sample);
    }
  }
  return [...found.values()];
}

function toRow(record: SampleRecord): SampleRow {
  const scores: Record<string, number> = {};
  const unscored: Record<string, string> = {};
  const statistics: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const [algorithm, outcome] of Object.entries(record.outcomes)) {
    if ('unscored' in outcome) {
      unscored[algorithm] = reasonOf(outcome);
      continue;
    }
    for (const [score, value] of Object.entries(outcome.scores)) scores[`${algorithm}.${score}`] = value;
    if (outcome.statistics !== undefined) statistics[algorithm] = outcome.statistics;
  }
  const { original, ...variants } = record.outputs ?? {};
  return {
    model: record.model,
    index: record.sample,
    digest: record.digest,
    category: record.category ?? null,
    cluster: record.cluster ?? null,
    state: record.state,
    input: record.input ?? '',
    // Only a model that was asked has attempts.
    ...(record.attempts === undefined ? {} : { prompt: record.prompt ?? record.input ?? '' }),
    target: record.target ?? null,
    ...(record.features === undefined ? {} : { features: record.features }),
    output: original ?? null,
    variants,
    ...(record.disturbed === undefined ? {} : { disturbed: record.disturbed }),
    ...(record.logProbabilities === undefined ? {} : { logProbabilities: record.logProbabilities }),
    scores,
    ...(Object.keys(statistics).length === 0 ? {} : { statistics }),
    unscored,
    error: record.error === undefined ? null : `${record.error.code} ${record.error.message}`,
    elapsedMs: record.elapsedMs ?? null,
  };
}

function reasonOf({ unscored, detail }: Unscored): string {
  return detail === undefined ? unscored : `${unscored}: ${detail}`;
}
