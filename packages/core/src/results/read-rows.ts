import { existsSync } from 'node:fs';
import type { Remark, Unscored } from '../algorithms/algorithm.ts';
import { AssayError } from '../errors/assay-error.ts';
import { findFailedRecords } from '../journal/failed-records.ts';
import type { SampleRecord } from '../journal/journal-record.ts';
import { rangeSamples } from '../journal/range-samples.ts';
import { type JournalTail, newTail, readJournal } from '../journal/read-journal.ts';
import type { RunFolder } from '../storage/run-folder.ts';
import { readManifestIfAny } from './manifest.ts';
import type { SampleRow } from './summary.ts';

/** Rows that are read from the beginning each time they are asked for. */
export function rereadable<Row>(read: () => AsyncIterable<Row>): AsyncIterable<Row> {
  return { [Symbol.asyncIterator]: () => read()[Symbol.asyncIterator]() };
}

export interface ReadRowsOptions {
  /** By the sample's index in the dataset. @default all */
  readonly isWanted?: ((sample: number) => boolean) | undefined;
  /** Whether a sample of a model is a row at all. @default all are */
  readonly counts?: (model: string, row: number) => boolean;
  /** Filled as the journal is read: its damage is the reader's to tell. @default damage ends the reading */
  readonly tail?: JournalTail;
}

/**
 * Sample rows of a journal, in the order they were finished.
 * @throws AssayError RUN_JOURNAL_CORRUPT behind the last row, where lines are damaged and nobody asked for `tail`
 */
export async function* readRows(
  folder: Pick<RunFolder, 'journal' | 'manifest'>,
  { isWanted = () => true, counts = () => true, tail: asked }: ReadRowsOptions = {},
): AsyncGenerator<SampleRow> {
  const tail = asked ?? newTail();
  if (!existsSync(folder.journal)) {
    if (asked !== undefined) return;
    throw new AssayError('RUN_DAMAGED', `${folder.journal} is missing`, {
      hint: 'Go on with `assay run CONFIG --resume`: its samples run again.',
    });
  }
  const isRetried = (await readManifestIfAny(folder))?.retried === true;
  const replaced = isRetried ? (await findFailedRecords(folder.journal)).replaced : undefined;
  let place = -1;
  for await (const record of readJournal(folder.journal, tail)) {
    if (record.kind === 'sample' && replaced?.has(++place)) continue;
    if (record.kind === 'range') {
      for (const sample of rangeSamples(record, isWanted)) yield toRow(sample);
    } else if (record.kind === 'sample' && counts(record.model, record.sample) && isWanted(record.sample))
      yield toRow(record);
  }
  if (asked === undefined && tail.corruptLines > 0)
    throw new AssayError('RUN_JOURNAL_CORRUPT', `${tail.corruptLines} lines of ${folder.journal} are damaged`, {
      hint: 'Go on with `assay run CONFIG --resume`: their samples run again.',
    });
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
  const remarks: Record<string, readonly Remark[]> = {};
  for (const [algorithm, outcome] of Object.entries(record.outcomes)) {
    if ('unscored' in outcome) {
      unscored[algorithm] = reasonOf(outcome);
      continue;
    }
    for (const [score, value] of Object.entries(outcome.scores)) scores[`${algorithm}.${score}`] = value;
    if (outcome.statistics !== undefined) statistics[algorithm] = outcome.statistics;
    if (outcome.remarks !== undefined) remarks[algorithm] = outcome.remarks;
  }
  const { original, ...variants } = record.outputs ?? {};
  return {
    model: record.model,
    index: record.sample,
    digest: record.digest,
    category: record.category ?? null,
    cluster: record.cluster ?? null,
    ...(record.weight === undefined ? {} : { weight: record.weight }),
    state: record.state,
    input: record.input ?? '',
    // Only a model that was asked has attempts.
    ...(record.attempts === undefined ? {} : { prompt: record.prompt ?? record.input ?? '' }),
    target: record.target ?? null,
    ...(record.columns === undefined ? {} : { columns: record.columns }),
    ...(record.stopReasons?.original === undefined ? {} : { stopReason: record.stopReasons.original }),
    ...(record.features === undefined ? {} : { features: record.features }),
    output: original ?? null,
    variants,
    ...(record.disturbed === undefined ? {} : { disturbed: record.disturbed }),
    ...(record.logProbabilities === undefined ? {} : { logProbabilities: record.logProbabilities }),
    ...(record.tokens === undefined ? {} : { tokens: record.tokens }),
    scores,
    ...(Object.keys(statistics).length === 0 ? {} : { statistics }),
    ...(Object.keys(remarks).length === 0 ? {} : { remarks }),
    unscored,
    error: record.error === undefined ? null : `${record.error.code} ${record.error.message}`,
    elapsedMs: record.elapsedMs ?? null,
  };
}

function reasonOf({ unscored, detail }: Unscored): string {
  return detail === undefined ? unscored : `${unscored}: ${detail}`;
}
