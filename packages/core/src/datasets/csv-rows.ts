import { AssayError } from '../errors/assay-error.ts';
import { DATA_BUDGETS } from './data-budgets.ts';
import { type DataSource, readChunks } from './read-chunks.ts';
import type { RowBatch } from './row-batch.ts';

interface CsvRow {
  /** Line on which the row ends. */
  readonly lastLine: number;
  readonly fields: readonly string[] | undefined;
  readonly problem: string | undefined;
}

/**
 * Reads CSV (or TSV by its ending) with a header row; fields are texts, quoted ones may hold line ends. A quote that is
 * never closed takes the rest of the file with it, as one bad row at the line where it opens.
 */
export async function* readCsvRows(source: DataSource): AsyncGenerator<RowBatch> {
  const { path, budgets = DATA_BUDGETS } = source;
  const { parse } = await import('csv-parse');
  let rows: CsvRow[] = [];
  let header: readonly string[] | undefined;
  let lastLine = 0;
  const parser = parse({
    bom: true,
    delimiter: /\.tsv(\.gz)?$/i.test(path) ? '\t' : ',',
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
        const problem =
          fields.length === header.length
            ? undefined
            : `the row has ${fields.length} fields, the header ${header.length}`;
        rows.push({ lastLine, fields, problem });
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
    await new Promise<void>((done) => parser.write(chunk, () => done()));
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
