import { AssayError, toAssayError } from '../../errors/assay-error.ts';
import { LoggedCheck } from './check-logged.ts';
import type { LoggedRow, LoggedRows, Reading } from './logged-rows.ts';
import type { LoggedSample } from './logged-samples.ts';
import type { TaskAlgorithms } from './task-algorithms.ts';
import { choicesOfFilter, unusedDelimiter } from './task-rows.ts';

interface LoggedTaskParts {
  readonly name: string;
  /** Where the samples were read. */
  readonly file: string;
  readonly samples: readonly LoggedSample[];
  readonly rows: LoggedRows;
  /** Whether a filter looks for the choices of a document in the answer. */
  readonly hasChoices: boolean;
  /** Whether the targets are as they were, not texts, and nothing was answered. */
  readonly areMade: boolean;
  /** The algorithms, given what stands between several acceptable answers. */
  scoring(delimiter: string | null): TaskAlgorithms;
}

export interface LoggedDataset {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly delimiter: string | null;
}

const READINGS: readonly Reading[] = ['position or list', 'text'];

/**
 * Rows of logged documents. A target is logged as a text whatever it was: it is read in the way by which every logged answer
 * gets the score that it was logged with.
 * @throws AssayError IMPORT_UNSUPPORTED naming the first document that has another score under each reading
 */
export function loggedDataset(parts: LoggedTaskParts): LoggedDataset {
  const failures: AssayError[] = [];
  for (const reading of parts.areMade ? READINGS.slice(1) : READINGS) {
    try {
      return readAs(parts, reading);
    } catch (thrown) {
      failures.push(toAssayError(thrown, 'IMPORT_UNSUPPORTED'));
    }
  }
  throw failures[0]!;
}

function readAs(parts: LoggedTaskParts, reading: Reading): LoggedDataset {
  const { samples, file } = parts;
  const of = <T>({ id, line }: LoggedSample, make: () => T): T => {
    try {
      return make();
    } catch (thrown) {
      const { code, message } = toAssayError(thrown, 'IMPORT_UNSUPPORTED');
      throw new AssayError(code, `document ${id}: ${message}`, { at: { file, line }, cause: thrown });
    }
  };
  const prepared = samples.map((sample) => of(sample, () => parts.rows.row(sample, reading)));
  const lists = prepared.map(({ target }) => (Array.isArray(target) ? { answers: target as readonly string[] } : {}));
  const delimiter = lists.some(({ answers }) => answers !== undefined)
    ? unusedDelimiter(prepared.map(({ target = [] }) => ({ answers: [target].flat() })))
    : null;
  const check = new LoggedCheck(parts.name, parts.scoring(delimiter));
  const rows = samples.map((sample, i) =>
    of(sample, () => {
      const row = finished(prepared[i]!, sample, parts.hasChoices, delimiter);
      const difference = check.difference(sample, featuresOf(row));
      if (difference !== undefined) throw new AssayError('IMPORT_UNSUPPORTED', difference);
      return row;
    }),
  );
  return { rows, delimiter };
}

type Row = Omit<LoggedRow, 'target'> & { readonly target_output?: string };

function finished(
  { target, ...row }: LoggedRow,
  { doc }: LoggedSample,
  hasChoices: boolean,
  delimiter: string | null,
): Row {
  return {
    ...row,
    ...(target === undefined ? {} : { target_output: [target].flat().join(delimiter ?? '') }),
    ...(hasChoices ? { choices: choicesOfFilter(doc) } : {}),
  };
}

function featuresOf({ answer_index: index, ...row }: Row): Parameters<LoggedCheck['difference']>[1] {
  return { ...row, ...(index === undefined ? {} : { answer_index: String(index) }) };
}
