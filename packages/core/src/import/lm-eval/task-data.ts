import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isInside } from '../../config/project-folders.ts';
import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFolder } from '../import-folder.ts';
import { readRows } from '../read-rows.ts';
import type { Doc } from './jinja-template.ts';
import type { PythonFunctions } from './python-functions.ts';
import { FunctionReference, type TaskField, type TaskSource } from './task-source.ts';

const ENDINGS = ['jsonl', 'json', 'csv', 'parquet'] as const;
const FILE_LOADERS: ReadonlySet<unknown> = new Set(['json', 'csv', 'parquet']);

/** The data of a task by split. */
export interface TaskData {
  /**
   * Rows of a split as `process_docs` makes them. @param process in place of the task's own
   * @throws AssayError DATASET_NOT_FOUND naming where it was looked for
   */
  docs(split: string, process?: TaskField): Promise<readonly Doc[]>;
}

/**
 * Finds the splits of a task: `data_files` of the task itself, or what the command line names in place of a data set on
 * the hub, as `split=file` or as folders with `<task>/<split>.jsonl`, `<dataset path>/<split>.jsonl` or `<split>.jsonl`.
 */
export function taskData(
  source: TaskSource,
  given: readonly string[],
  cwd: string,
  functions: PythonFunctions,
  imported: ImportFolder,
): TaskData {
  const text = (key: string): string | undefined => {
    const value = source.fields.get(key)?.value;
    return typeof value === 'string' ? value : undefined;
  };
  const field = source.fields.get('dataset_path');
  const at = field?.placeOf() ?? { file: source.file };
  const path = text('dataset_path');
  const own = FILE_LOADERS.has(path) ? dataFiles(source) : new Map<string, readonly string[]>();
  /** lm-evaluation-harness looks from the working folder; a file beside the task is meant as well. */
  const beside = dirname(resolve(cwd, source.file));
  const folder = imported.at(beside);
  const kept = new Map<string, Promise<readonly Doc[]>>();

  const files = (split: string): readonly string[] => {
    const named = given.flatMap((each) =>
      each.startsWith(`${split}=`) ? [resolve(cwd, each.slice(split.length + 1))] : [],
    );
    if (named.length > 0) return named;
    const inFolder = given.filter((each) => !/^\w+=/.test(each)).flatMap((each) => findIn(resolve(cwd, each), split));
    if (inFolder.length > 0) return inFolder.slice(0, 1);
    const local = own.get(split);
    if (local?.some((each) => /^\w+:\/\//.test(each)) === true) return [];
    if (local !== undefined)
      return local.map((each) => folder.file(resolve(existsSync(resolve(cwd, each)) ? cwd : beside, each), at));
    if (path === undefined) return [];
    const [first] = findIn(resolve(cwd, path), split);
    return first === undefined ? [] : [folder.file(first, at)];
  };
  const findIn = (folder: string, split: string): string[] => {
    if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
    const [task, set, name] = [text('task'), path, text('dataset_name')];
    const folders = [
      ...(task === undefined ? [] : [task]),
      ...(set === undefined || name === undefined ? [] : [join(set, name)]),
      ...(set === undefined ? [] : [set]),
      '.',
    ];
    return (
      folders
        .flatMap((each) => ENDINGS.map((ending) => join(folder, each, `${split}.${ending}`)))
        // The names are the task's own: none leads out of the folder.
        .filter((file) => isInside(file, folder) && existsSync(file))
    );
  };
  const rowsOf = (split: string): Promise<readonly Doc[]> => {
    let docs = kept.get(split);
    if (docs === undefined) {
      docs = load(files(split), split, at);
      kept.set(split, docs);
    }
    return docs;
  };
  const processed = new Map<string, Promise<readonly Doc[]>>();
  return {
    docs: (split, process = source.fields.get('process_docs')) => {
      const reference = process?.value;
      if (process === undefined || !(reference instanceof FunctionReference)) return rowsOf(split);
      const key = JSON.stringify([split, reference]);
      let docs = processed.get(key);
      if (docs === undefined) {
        docs = rowsOf(split).then((rows) => processDocs(functions, reference, rows, process.placeOf()));
        processed.set(key, docs);
      }
      return docs;
    },
  };
}

function processDocs(
  functions: PythonFunctions,
  reference: FunctionReference,
  rows: readonly Doc[],
  at: SourcePlace,
): readonly Doc[] {
  const made = functions.processDocs(reference, rows, at);
  if (made.length > 0) return made;
  throw new AssayError('DATASET_EMPTY', `!function ${reference.name} leaves no rows`, { at });
}

/** `data_files` as a text, a list or by split; without a split the file is `train`. */
function dataFiles(source: TaskSource): Map<string, readonly string[]> {
  const settings = source.fields.get('dataset_kwargs')?.value;
  const files = isRecord(settings) ? settings.data_files : undefined;
  const bySplit: Record<string, unknown> = isRecord(files) ? files : files === undefined ? {} : { train: files };
  return new Map(Object.entries(bySplit).map(([split, value]) => [split, [value].flat().map(String)]));
}

async function load(files: readonly string[], split: string, at: SourcePlace): Promise<readonly Doc[]> {
  const [first] = files;
  if (first === undefined) {
    throw new AssayError('DATASET_NOT_FOUND', `the split "${split}" of this task is not on this machine`, {
      at,
      hint: `name a local file with its rows: --data ${split}=rows.jsonl`,
    });
  }
  const rows: Record<string, unknown>[] = [];
  for (const file of files) rows.push(...(await readRows(file, at)));
  if (rows.length === 0) throw new AssayError('DATASET_EMPTY', `${first} has no rows`, { at });
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const complete = rows.map((row) => Object.fromEntries(columns.map((column) => [column, row[column] ?? null])));
  return files.some((file) => /\.csv(\.gz)?$/.test(file)) ? typed(complete, columns) : complete;
}

/** Columns of a CSV file as pandas types them: numbers where every value is one, null where there is none. */
function typed(rows: readonly Record<string, unknown>[], columns: readonly string[]): Doc[] {
  const isNumber = new Map(
    columns.map((column) => {
      const values = rows.map((row) => row[column]).filter((value) => value !== '' && value !== null);
      return [column, values.length > 0 && values.every((value) => /^[-+]?\d+(\.\d+)?$/.test(String(value)))];
    }),
  );
  return rows.map((row) =>
    Object.fromEntries(
      columns.map((column) => {
        const value = row[column];
        if (value === '' || value === null) return [column, null];
        return [column, isNumber.get(column) === true ? Number(value) : value];
      }),
    ),
  );
}
