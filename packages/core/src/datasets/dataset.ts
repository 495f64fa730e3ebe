import { basename } from 'node:path';
import { AssayError, isAssayError } from '../errors/assay-error.ts';
import type { FeatureTexts } from '../samples/feature-texts.ts';
import type { FeatureName, Sample } from '../samples/sample.ts';
import { givenFeatures, sampleDigest } from '../samples/sample-digest.ts';
import { checkedRecord } from './checked-record.ts';
import { DATA_BUDGETS, type DataBudgets } from './data-budgets.ts';
import type { DatasetFile } from './dataset-file.ts';
import type { ReadFeatures } from './feature-keys.ts';
import { type FlatField, FlatRow } from './flat-row.ts';
import { fmevalRows } from './fmeval-rows.ts';
import type { JsonlRange } from './jsonl-ranges.ts';
import { readJsonlRows } from './jsonl-rows.ts';
import { mapSome } from './map-some.ts';
import type { RowBatch } from './row-batch.ts';
import type { RowFile } from './row-file.ts';
import {
  ascendingMember,
  type RowRange,
  sampleRows,
  spanFrom,
  spanOfRange,
  spanOfRows,
  type WantedSpan,
} from './row-selection.ts';
import type { ScannedBatch } from './scanned-batch.ts';

/** Files that are read whole at the same time: each takes a buffer. */
export const FILES_AT_A_TIME = 16;

/** A row that could not be read; the run goes on without it unless `strict`. */
export interface BadRow {
  readonly index: number;
  readonly error: AssayError;
}

export interface SamplesOptions {
  /** The first N rows in file order, or a range of rows from 0. Applied before `sample`. @default the config's */
  readonly limit?: number | RowRange | undefined;
  /** Draw this many of them at random; they keep the file's order. @default the config's */
  readonly sampleN?: number | undefined;
  /** Seeds the draw. @default 0 */
  readonly seed?: number | undefined;
  /** Read only these rows (ascending), in place of `limit` and `sampleN`: what `selectRows` gave. */
  readonly rows?: readonly number[] | undefined;
  /** Read only this part; `index` still counts from the dataset's first row. */
  readonly range?: DatasetRange | undefined;
  /** Rows to pass over without parsing them: what a resumed run holds already. */
  readonly isDone?: ((index: number) => boolean) | undefined;
  /** A bad row throws. @default false */
  readonly strict?: boolean | undefined;
  readonly onBadRow?: ((row: BadRow) => void) | undefined;
}

/** A byte range of one of the dataset's files; plain data, made to be sent to a worker. */
export interface DatasetRange extends JsonlRange {
  /** Position of its first row among all rows of all files. */
  readonly firstIndex: number;
}

export type ReadRecord = (record: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

export interface DatasetParts {
  readonly name: string;
  readonly files: readonly RowFile[];
  readonly columns: readonly string[];
  readonly features: readonly FeatureName[];
  /** Makes a row out of what a line of the dialect holds. */
  readonly readRecord?: ReadRecord | undefined;
  readonly readFeatures: ReadFeatures;
  /** Where a line may be read without being parsed. */
  readonly flatFields?: readonly FlatField[] | undefined;
  readonly readColumns: readonly string[] | undefined;
  readonly budgets?: DataBudgets;
  readonly defaults: {
    readonly limit?: number | RowRange;
    readonly sample?: {
      readonly n: number;
      readonly seed?: number | undefined;
      readonly compat?: 'fmeval' | undefined;
    };
  };
}

/** An opened dataset: its keys are checked, its rows are streamed each time they are asked for. */
export class Dataset {
  readonly name: string;
  readonly files: readonly RowFile[];
  /** Features that the keys, the dialect or the column names lead to. A single row may still lack one. */
  readonly features: readonly FeatureName[];
  /** What formats by column are read of; undefined for all. */
  readonly readColumns: readonly string[] | undefined;
  readonly #parts: DatasetParts;
  readonly #given: readonly FeatureName[];

  constructor(parts: DatasetParts) {
    this.name = parts.name;
    this.files = parts.files;
    this.features = parts.features;
    this.#parts = parts;
    this.readColumns = parts.readColumns;
    this.#given = givenFeatures(parts.features);
  }

  /** Its files, each pinned by a digest: from then on no other bytes are read. @throws AssayError DATASET_CHANGED */
  pin(): Promise<readonly DatasetFile[]> {
    return mapSome(this.files, FILES_AT_A_TIME, async (file) => ({
      path: file.path,
      bytes: file.bytes,
      ...(await file.pin()),
    }));
  }

  /** Whether the files are still as they were pinned. @throws AssayError DATASET_CHANGED */
  async checkPins(): Promise<void> {
    await mapSome(this.files, FILES_AT_A_TIME, (file) => file.checkPin());
  }

  /** What was found of the files' text that nobody stated and that could be wrong. */
  readingNotes(): readonly string[] {
    const guessed = this.files.filter(({ shape }) => shape.isGuessed);
    const [first] = guessed;
    if (first === undefined) return [];
    const more = guessed.length === 1 ? '' : ` and ${guessed.length - 1} more files`;
    return [
      `${basename(first.path)}${more}: not UTF-8, read as ${first.shape.encoding}; set dataset.encoding if letters are wrong`,
    ];
  }

  /** Columns of the first rows, in order of appearance. */
  columns(): readonly string[] {
    return this.#parts.columns;
  }

  /**
   * Rows of all files, those that cannot be read included; a pass over the bytes where the format keeps no count.
   * @param enough files after so many rows are not counted
   */
  async countRows(enough: number = Number.POSITIVE_INFINITY): Promise<number> {
    if (enough === Number.POSITIVE_INFINITY) {
      const counts = await mapSome(this.files, FILES_AT_A_TIME, (file) => file.countRows());
      return counts.reduce((sum, count) => sum + count, 0);
    }
    let rows = 0;
    for (const file of this.files) {
      if (rows >= enough) break;
      rows += await file.countRows();
    }
    return rows;
  }

  /** The rows that the limit and the draw leave, ascending; undefined for all rows. */
  async selectRows(
    options: Pick<SamplesOptions, 'limit' | 'sampleN' | 'seed'> = {},
  ): Promise<readonly number[] | undefined> {
    const { from, to } = this.#range(options);
    const n = options.sampleN ?? this.#parts.defaults.sample?.n;
    if (n === undefined && from === 0 && to === Number.POSITIVE_INFINITY) return undefined;
    const end = Math.min(to, await this.countRows(to));
    const count = Math.max(0, end - from);
    const { seed = options.seed ?? 0 } = this.#parts.defaults.sample ?? {};
    const order = options.sampleN === undefined ? await this.fmevalOrder(options) : undefined;
    return order?.toSorted((a, b) => a - b) ?? sampleRows(count, n ?? count, seed).map((row) => from + row);
  }

  /** The rows of a draw by `sample.compat: fmeval`, in FMEval's order; undefined for any other. */
  async fmevalOrder(options: Pick<SamplesOptions, 'limit'> = {}): Promise<readonly number[] | undefined> {
    const { sample } = this.#parts.defaults;
    if (sample?.compat !== 'fmeval') return undefined;
    const { from, to } = this.#range(options);
    const count = Math.max(0, Math.min(to, await this.countRows(to)) - from);
    return fmevalRows(count, sample.n, sample.seed).map((row) => from + row);
  }

  /** Samples in file order. Bad rows count a position, go to `onBadRow` and end nothing unless `strict`. */
  async *samples(options: SamplesOptions = {}): AsyncGenerator<Sample> {
    for await (const { batch, firstIndex, path, isWanted } of this.#wantedBatches(options)) {
      for (let i = 0; i < batch.count; i++) {
        if (!isWanted(firstIndex + i) || options.isDone?.(firstIndex + i) === true) continue;
        const sample = this.#sample(batch, i, firstIndex + i, path, options);
        if (sample !== undefined) yield sample;
      }
    }
  }

  /** The same in lists of at most `size`: a list costs one turn of the event loop, not one for each sample. @default 256 */
  async *sampleBatches(options: SamplesOptions = {}, size = 256): AsyncGenerator<Sample[]> {
    let samples: Sample[] = [];
    for await (const { batch, firstIndex, path, isWanted } of this.#wantedBatches(options)) {
      for (let i = 0; i < batch.count; i++) {
        if (!isWanted(firstIndex + i)) continue;
        const sample = this.#sample(batch, i, firstIndex + i, path, options);
        if (sample !== undefined) samples.push(sample);
        if (samples.length === size) {
          yield samples;
          samples = [];
        }
      }
    }
    if (samples.length > 0) yield samples;
  }

  /** The same batch by batch, for those who can do with texts: no row is parsed whose fields can be found without. */
  async *scan(options: SamplesOptions & { readonly parse?: boolean } = {}): AsyncGenerator<ScannedBatch> {
    const { flatFields, budgets = DATA_BUDGETS } = this.#parts;
    const row =
      flatFields === undefined || options.parse === true ? undefined : new FlatRow(flatFields, budgets.columns);
    for await (const { batch, firstIndex, path, isWanted } of this.#wantedBatches(options)) {
      const read = (i: number): FeatureTexts | Sample | undefined => {
        if (!isWanted(firstIndex + i)) return undefined;
        if (row !== undefined && batch.find?.(i, row) === true) return row.texts;
        return this.#sample(batch, i, firstIndex + i, path, options);
      };
      yield { count: batch.count, firstIndex, read };
    }
  }

  /** What of the features a digest of a row is made from. */
  get given(): readonly FeatureName[] {
    return this.#given;
  }

  /** Byte ranges that together hold every row once; undefined where a file is no plain JSONL. */
  async ranges(parts: number): Promise<DatasetRange[] | undefined> {
    if (!this.files.every((file) => file.isSplittable)) return undefined;
    const bytes = this.files.reduce((sum, file) => sum + file.bytes, 0);
    const ranges: DatasetRange[] = [];
    let firstIndex = 0;
    for (const file of this.files) {
      const share = bytes === 0 ? 1 : Math.max(1, Math.round((parts * file.bytes) / bytes));
      const cut = await file.ranges(share);
      for (const range of cut) ranges.push({ ...range, firstIndex: firstIndex + range.firstRow });
      firstIndex += file.knownRows ?? cut.reduce((sum, range) => sum + range.rows, 0);
    }
    return ranges;
  }

  #range(options: Pick<SamplesOptions, 'limit'>): RowRange {
    const limit = options.limit ?? this.#parts.defaults.limit ?? Number.POSITIVE_INFINITY;
    return typeof limit === 'number' ? { from: 0, to: limit } : limit;
  }

  async *#wantedBatches(options: SamplesOptions): AsyncGenerator<PlacedBatch & { isWanted(index: number): boolean }> {
    const isDrawn = options.rows === undefined && (options.sampleN ?? this.#parts.defaults.sample?.n) !== undefined;
    const rows = options.rows ?? (isDrawn ? await this.selectRows(options) : undefined);
    const { from, to } =
      rows === undefined ? this.#range(options) : { from: rows[0] ?? 0, to: (rows.at(-1) ?? -1) + 1 };
    if (to <= from) return;
    const isWanted = rows === undefined ? (index: number) => index >= from && index < to : ascendingMember(rows);
    const wanted = rows === undefined ? spanOfRange({ from, to }) : spanOfRows(rows);
    for await (const placed of this.#batches(options.range, wanted)) {
      if (placed.firstIndex + placed.batch.count <= from) continue;
      yield { ...placed, isWanted };
      if (placed.firstIndex + placed.batch.count >= to) return;
    }
  }

  async *#batches(range: DatasetRange | undefined, wanted: WantedSpan): AsyncGenerator<PlacedBatch> {
    if (range !== undefined) {
      let { firstIndex } = range;
      for await (const batch of readJsonlRows(range, range)) {
        yield { batch, firstIndex, path: range.origin ?? range.path };
        firstIndex += batch.count;
      }
      return;
    }
    let firstIndex = 0;
    for (const file of this.files) {
      const part = { columns: this.#parts.readColumns, wanted: spanFrom(firstIndex, wanted) };
      for await (const batch of file.rows(part)) {
        yield { batch, firstIndex, path: file.path };
        firstIndex += batch.count;
      }
    }
  }

  #sample(batch: RowBatch, i: number, index: number, path: string, options: SamplesOptions): Sample | undefined {
    try {
      const raw = batch.record(i);
      const record = checkedRecord(this.#parts.readRecord?.(raw) ?? raw, this.#parts.budgets ?? DATA_BUDGETS);
      const features = this.#parts.readFeatures(record);
      return { index, digest: sampleDigest(features, this.#given), features, record };
    } catch (thrown) {
      if (!isAssayError(thrown)) throw thrown;
      const at = thrown.at ?? { file: path, line: batch.line(i) };
      const error = new AssayError(thrown.code, thrown.message, { at, hint: thrown.hint, cause: thrown.cause });
      if (options.strict === true) throw error;
      options.onBadRow?.({ index, error });
      return undefined;
    }
  }
}

interface PlacedBatch {
  readonly batch: RowBatch;
  /** Position of the batch's first row among all rows of all files. */
  readonly firstIndex: number;
  readonly path: string;
}
