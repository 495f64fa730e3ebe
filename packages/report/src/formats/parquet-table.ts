import { chmodSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { MODES, runAccess, sharedStorage, storageError, systemError } from '@assay/core';
import type * as Hyparquet from 'hyparquet-writer';
import type { BasicType, ParquetWriter } from 'hyparquet-writer';
import type { ScoreRow } from './score-rows.ts';

/** Rows held before they are written as a row group. */
const GROUP_ROWS = 50_000;
/** The same for the characters of their prompts and outputs. */
const GROUP_CHARACTERS = 16_000_000;

const TYPES: Readonly<Record<keyof ScoreRow, BasicType>> = {
  run: 'STRING',
  dataset: 'STRING',
  model: 'STRING',
  sample_index: 'INT32',
  digest: 'STRING',
  category: 'STRING',
  algorithm: 'STRING',
  score: 'STRING',
  value: 'DOUBLE',
  state: 'STRING',
  prompt: 'STRING',
  output: 'STRING',
  stop_reason: 'STRING',
  columns: 'STRING',
  error: 'STRING',
  weight: 'DOUBLE',
  judges: 'STRING',
};

const NULLABLE: ReadonlySet<keyof ScoreRow> = new Set([
  'category',
  'algorithm',
  'score',
  'value',
  'output',
  'stop_reason',
  'columns',
  'error',
  'weight',
  'judges',
]);

/** A Parquet file of score rows, written a row group at a time and put in its place when whole. */
export class ParquetTable {
  readonly path: string;
  readonly #columns: readonly (keyof ScoreRow)[];
  readonly #unfinished: string;
  readonly #writer: ParquetWriter;
  #rows: ScoreRow[] = [];
  #characters = 0;

  private constructor(path: string, columns: readonly (keyof ScoreRow)[], hyparquet: typeof Hyparquet) {
    this.path = path;
    this.#columns = columns;
    this.#unfinished = `${path}.${process.pid}.part`;
    this.#writer = new hyparquet.ParquetWriter({
      writer: hyparquet.fileWriter(this.#unfinished),
      schema: hyparquet.schemaFromColumnData({ columnData: this.#columnData([]) }),
      createdBy: 'assay',
    });
  }

  static async open(path: string, columns: readonly (keyof ScoreRow)[]): Promise<ParquetTable> {
    const hyparquet = await import('hyparquet-writer');
    return writing(path, async () => {
      await sharedStorage.makeFolder(dirname(path));
      return new ParquetTable(path, columns, hyparquet);
    });
  }

  /** @returns what to wait for before the next row; undefined where the row is only held */
  add(row: ScoreRow): Promise<void> | undefined {
    this.#rows.push(row);
    this.#characters += row.prompt.length + (row.output?.length ?? 0) + (row.columns?.length ?? 0);
    return this.#rows.length >= GROUP_ROWS || this.#characters >= GROUP_CHARACTERS ? this.#flush() : undefined;
  }

  /** Puts the file in its place. @returns its size in bytes */
  async finish(): Promise<number> {
    if (this.#rows.length > 0) await this.#flush();
    return writing(this.path, async () => {
      await this.#writer.finish();
      if ((await runAccess(dirname(this.path))) === 'private') chmodSync(this.#unfinished, MODES.private.file);
      renameSync(this.#unfinished, this.path);
      return statSync(this.path).size;
    });
  }

  /** Leaves nothing behind. */
  abandon(): void {
    rmSync(this.#unfinished, { force: true });
  }

  async #flush(): Promise<void> {
    await writing(this.path, async () => {
      await this.#writer.write({ columnData: this.#columnData(this.#rows), rowGroupSize: GROUP_ROWS });
    });
    this.#rows = [];
    this.#characters = 0;
  }

  #columnData(rows: readonly ScoreRow[]) {
    return this.#columns.map((name) => ({
      name,
      data: rows.map((row) => row[name]),
      type: TYPES[name],
      nullable: NULLABLE.has(name),
    }));
  }
}

/** @throws AssayError RUN_DISK_FULL, RUN_OUTPUT_NOT_WRITABLE where the file cannot be written */
async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw systemError(cause) === undefined ? cause : storageError(cause, path);
  }
}
