import { compileFieldPath, type FieldPath } from './field-path.ts';

/** Of a column's text so much is kept: pages stay loadable, and nobody reads more of a row beside its scores. */
const KEPT_CHARACTERS = 4000;

const paths = new Map<string, FieldPath>();

/** Values of a row by column name or JMESPath, as texts; undefined where none is asked for or there. */
export function keptColumns(
  record: Readonly<Record<string, unknown>>,
  columns: readonly string[],
): Record<string, string> | undefined {
  let kept: Record<string, string> | undefined;
  for (const column of columns) {
    const value = Object.hasOwn(record, column) ? record[column] : pathOf(column).read(record);
    if (value === undefined || value === null) continue;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    kept ??= {};
    kept[column] = text.length > KEPT_CHARACTERS ? `${text.slice(0, KEPT_CHARACTERS)}…` : text;
  }
  return kept;
}

function pathOf(column: string): FieldPath {
  let path = paths.get(column);
  if (path === undefined) {
    path = compileFieldPath(column, new Set([column]));
    paths.set(column, path);
  }
  return path;
}
