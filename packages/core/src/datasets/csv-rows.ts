import { isUtf8 } from 'node:buffer';
import { AssayError } from '../errors/assay-error.ts';
import { DATA_BUDGETS } from './data-budgets.ts';
import { type DataSource, readChunks } from './read-chunks.ts';
import type { RowBatch } from './row-batch.ts';
import { ENCODING_HINT, notUtf8, wholeCharacters } from './text-encoding.ts';

interface CsvRow {
  /** Line on which the row ends. */
  readonly lastLine: number;
  readonly fields: readonly string[] | undefined;
  readonly problem: string | undefined;
}

/** What decoding makes of bytes that are not UTF-8. */
const DAMAGE = '\uFFFD';

/**
 * Reads CSV with a header row; fields are texts, quoted ones may hold line ends. A quote that is never closed takes the
 * rest of the file with it, as one bad row at the line where it opens.
 * @throws AssayError DATASET_ENCODING where the header is not UTF-8
 */
export async function* readCsvRows(source: DataSource): AsyncGenerator<RowBatch> {
  const { path, budgets = DATA_BUDGETS, delimiter = ',' } = source;
  const { parse } = await import('csv-parse');
  let rows: CsvRow[] = [];
  let header: readonly string[] | undefined;
  let lastLine = 0;
  const utf8 = new Utf8Watch();
  const parser = parse({
    bom: true,
    delimiter,
    // A quote out of place is part of the text; refusing it would swallow rows up to the next quote.
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: budgets.lineBytes,
    skip_records_with_error: true,
    on_record: (fields: string[], { lines }) => {
      lastLine = lines;
      if (header === undefined) header = fields;
      else {
        rows.push({ lastLine, fields, problem: problemOf(fields, header, utf8.isDamaged) });
      }
      return null;
    },
    on_skip: (error) => {
      // Nothing was read of it: it begins after the row before.
      rows.push({ lastLine: lastLine + 1, fields: undefined, problem: error?.message ?? 'the row cannot be read' });
    },
  });
  let failure: Error | undefined;
  parser.on('error', (error) => {
    failure = error;
  });
  parser.resume();
  const take = (): RowBatch | undefined => {
    const taken = rows;
    rows = [];
    return taken.length === 0 ? undefined : csvBatch(taken, header ?? [], path);
  };
  for await (const chunk of readChunks(source)) {
    utf8.see(chunk);
    await new Promise<void>((done) => parser.write(chunk, () => done()));
    if (header?.some((name) => isDamaged(name, utf8.isDamaged)) === true) throw notUtf8(path);
    const batch = take();
    if (batch !== undefined) yield batch;
    if (failure !== undefined) break;
  }
  if (failure === undefined) await new Promise<void>((done) => parser.end(() => done()));
  if (failure !== undefined)
    rows.push({ lastLine: lastLine + 1, fields: undefined, problem: (failure as Error).message });
  const batch = take();
  if (batch !== undefined) yield batch;
}

/** Whether any of the bytes so far are not UTF-8. */
class Utf8Watch {
  isDamaged = false;
  #torn: Buffer = Buffer.alloc(0);

  see(chunk: Buffer): void {
    if (this.isDamaged) return;
    const whole = wholeCharacters(chunk);
    this.isDamaged = !isUtf8(this.#torn.length === 0 ? whole : Buffer.concat([this.#torn, whole]));
    this.#torn = Buffer.from(chunk.subarray(whole.length));
  }
}

function problemOf(fields: readonly string[], header: readonly string[], isFileDamaged: boolean): string | undefined {
  if (fields.some((field) => isDamaged(field, isFileDamaged))) return `the row is not valid UTF-8; ${ENCODING_HINT}`;
  if (fields.length === header.length) return undefined;
  return `the row has ${fields.length} fields, the header ${header.length}`;
}

const isDamaged = (field: string, isFileDamaged: boolean): boolean => isFileDamaged && field.includes(DAMAGE);

function csvBatch(rows: readonly CsvRow[], header: readonly string[], path: string): RowBatch {
  return {
    count: rows.length,
    line: (i) => firstLine(rows[i]!),
    record: (i) => {
      const { fields, problem } = rows[i]!;
      if (fields === undefined || problem !== undefined) {
        throw new AssayError('DATASET_SYNTAX', problem ?? 'the row cannot be read', {
          at: { file: path, line: firstLine(rows[i]!) },
        });
      }
      const record: Record<string, unknown> = {};
      for (let k = 0; k < header.length; k++) record[header[k]!] = fields[k];
      return record;
    },
  };
}

/** Line on which a row begins: quoted fields may hold line ends. */
function firstLine({ lastLine, fields = [] }: CsvRow): number {
  return fields.reduce((line, field) => line - (field.match(/\n/g) ?? []).length, lastLine);
}
