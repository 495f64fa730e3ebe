import { isUtf8 } from 'node:buffer';
import { AssayError } from '../errors/assay-error.ts';
import { hasMoreValues } from './count-json-values.ts';
import { DATA_BUDGETS } from './data-budgets.ts';
import { compileFieldPath } from './field-path.ts';
import { type DataSource, readWhole } from './read-chunks.ts';
import { isRecord, type RowBatch, recordBatch } from './row-batch.ts';
import { notUtf8 } from './text-encoding.ts';

/**
 * Reads one JSON document as rows: a list of objects; an object with one such list; or FMEval's form, where each key
 * (a name or JMESPath) leads to a list and the lists are read side by side.
 * @param keys the dataset's keys, needed for FMEval's form
 */
export async function readJsonRows(source: DataSource, keys: readonly string[]): Promise<RowBatch> {
  const { path, budgets: { documentBytes, documentValues } = DATA_BUDGETS } = source;
  const hint = 'write it as JSON Lines (.jsonl), which is streamed, or raise dataset.budgets.document_bytes';
  const bytes = await readWhole(source, documentBytes, hint);
  if (!isUtf8(bytes)) throw notUtf8(path);
  if (hasMoreValues(bytes, documentValues)) {
    const limit = documentValues.toLocaleString('en');
    throw new AssayError(
      'DATASET_TOO_LARGE',
      `the JSON document has more than ${limit} values, and is read as a whole`,
      {
        at: { file: path },
        hint: 'write it as JSON Lines (.jsonl), which is streamed, or raise dataset.budgets.document_values',
      },
    );
  }
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    const place = placeInText(text, (cause as Error).message);
    const isLines = /^\s*\{.*\}\s*\n\s*\{/.test(text.slice(0, 100_000));
    throw new AssayError('DATASET_SYNTAX', `not valid JSON: ${(cause as Error).message}`, {
      at: { file: path, ...place },
      hint: isLines ? 'it looks like JSON Lines: set `dataset_mime_type: jsonlines`' : undefined,
      cause,
    });
  }
  const rows = rowsOf(document, keys);
  if (rows === undefined) {
    throw new AssayError('DATASET_SYNTAX', 'the JSON document holds no rows', {
      at: { file: path },
      hint: 'a list of objects, or an object whose keys lead to lists of one length',
    });
  }
  return checkedBatch(rows, path);
}

function rowsOf(document: unknown, keys: readonly string[]): readonly unknown[] | undefined {
  if (Array.isArray(document)) return document;
  if (!isRecord(document)) return undefined;
  const columns = columnLists(document, keys);
  if (columns.size > 0) return zip(columns);
  const tables = Object.values(document).filter(
    (value): value is unknown[] => Array.isArray(value) && isRecord(value[0]),
  );
  if (tables.length === 1) return tables[0];
  const lists = Object.entries(document).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  return lists.length > 0 ? zip(new Map(lists)) : undefined;
}

/** The lists that the keys lead to, and beside them the document's other top-level lists of the same length. */
function columnLists(document: Record<string, unknown>, keys: readonly string[]): Map<string, readonly unknown[]> {
  const columns = new Map<string, readonly unknown[]>();
  const names = new Set(Object.keys(document));
  for (const key of keys) {
    const value = compileFieldPath(key, names).read(document);
    if (Array.isArray(value)) columns.set(key, value);
  }
  const length = columns.values().next().value?.length;
  for (const [name, value] of Object.entries(document)) {
    if (Array.isArray(value) && value.length === length && !columns.has(name)) columns.set(name, value);
  }
  return columns;
}

function zip(columns: ReadonlyMap<string, readonly unknown[]>): Record<string, unknown>[] | undefined {
  const lengths = new Set([...columns.values()].map((list) => list.length));
  if (lengths.size !== 1) return undefined;
  const [length = 0] = lengths;
  return Array.from({ length }, (_, i) => Object.fromEntries([...columns].map(([name, list]) => [name, list[i]])));
}

function checkedBatch(rows: readonly unknown[], path: string): RowBatch {
  const batch = recordBatch(rows as readonly Record<string, unknown>[], 1);
  return {
    ...batch,
    record: (i) => {
      const row = rows[i];
      if (isRecord(row)) return row;
      throw new AssayError('DATASET_SYNTAX', `row ${i + 1} is not a JSON object`, { at: { file: path } });
    },
  };
}

function placeInText(text: string, message: string): { line: number; column: number } | undefined {
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position === undefined) return undefined;
  const before = text.slice(0, Number(position));
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
}
