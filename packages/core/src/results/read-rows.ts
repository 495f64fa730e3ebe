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
  const keys = new ScoreKeys();
  let place = -1;
  for await (const record of readJournal(folder.journal, tail)) {
    if (record.kind === 'sample' && replaced?.has(++place)) continue;
    if (record.kind === 'range') {
      for (const sample of rangeSamples(record, isWanted)) yield toRow(sample, keys);
    } else if (record.kind === 'sample' && counts(record.model, record.sample) && isWanted(record.sample))
      yield toRow(record, keys);
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

/** No run has so many names of scores; a journal may be anybody's. */
const MOST_KEYS = 10_000;

/** `algorithm.score`, each made once: a text made for each row anew is looked up as slowly as it is made. */
class ScoreKeys {
  readonly #known = new Map<string, Map<string, string>>();
  #size = 0;

  of(algorithm: string, score: string): string {
    return this.#known.get(algorithm)?.get(score) ?? this.#add(algorithm, score);
  }

  #add(algorithm: string, score: string): string {
    if (this.#size >= MOST_KEYS) {
      this.#known.clear();
      this.#size = 0;
    }
    const key = `${algorithm}.${score}`;
    this.#known.set(algorithm, (this.#known.get(algorithm) ?? new Map<string, string>()).set(score, key));
    this.#size += 1;
    return key;
  }
}

function toRow(record: SampleRecord, keys: ScoreKeys): SampleRow {
  const scores: Record<string, number> = {};
  const unscored: Record<string, string> = {};
  let statistics: Record<string, Readonly<Record<string, unknown>>> | undefined;
  let remarks: Record<string, readonly Remark[]> | undefined;
  for (const [algorithm, outcome] of Object.entries(record.outcomes)) {
    if ('unscored' in outcome) {
      unscored[algorithm] = reasonOf(outcome);
      continue;
    }
    const own = outcome.scores;
    for (const score in own) if (Object.hasOwn(own, score)) scores[keys.of(algorithm, score)] = own[score]!;
    if (outcome.statistics !== undefined) {
      statistics ??= {};
      statistics[algorithm] = outcome.statistics;
    }
    if (outcome.remarks !== undefined) {
      remarks ??= {};
      remarks[algorithm] = outcome.remarks;
    }
  }
  const { original, ...variants } = record.outputs ?? NO_OUTPUTS;
  const row: Mutable<SampleRow> = {
    model: record.model,
    index: record.sample,
    digest: record.digest,
    category: record.category ?? null,
    cluster: record.cluster ?? null,
    state: record.state,
    input: record.input ?? '',
    target: record.target ?? null,
    output: original ?? null,
    variants,
    scores,
    unscored,
    error: record.error === undefined ? null : `${record.error.code} ${record.error.message}`,
    elapsedMs: record.elapsedMs ?? null,
  };
  // One by one: a spread for each that may be there costs a third of the row.
  if (record.weight !== undefined) row.weight = record.weight;
  // Only a model that was asked has attempts.
  if (record.attempts !== undefined) row.prompt = record.prompt ?? record.input ?? '';
  if (record.columns !== undefined) row.columns = record.columns;
  if (record.stopReasons?.original !== undefined) row.stopReason = record.stopReasons.original;
  if (record.features !== undefined) row.features = record.features;
  if (record.disturbed !== undefined) row.disturbed = record.disturbed;
  if (record.logProbabilities !== undefined) row.logProbabilities = record.logProbabilities;
  if (record.tokens !== undefined) row.tokens = record.tokens;
  if (statistics !== undefined) row.statistics = statistics;
  if (remarks !== undefined) row.remarks = remarks;
  return row;
}

const NO_OUTPUTS: NonNullable<SampleRecord['outputs']> = {};

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function reasonOf({ unscored, detail }: Unscored): string {
  return detail === undefined ? unscored : `${unscored}: ${detail}`;
}
