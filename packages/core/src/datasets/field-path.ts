import { compile, TreeInterpreter } from '@jmespath-community/jmespath';

/** Looks one value up in a row. */
export interface FieldPath {
  readonly text: string;
  /** The column that it begins with; undefined where any may be needed. */
  readonly root: string | undefined;
  /** undefined and null both mean that the row lacks it. */
  read(record: Readonly<Record<string, unknown>>): unknown;
}

/**
 * A column's name, or a JMESPath expression where no column has that name and it is no plain identifier.
 * @throws Error when the text is neither
 */
export function compileFieldPath(text: string, columns: ReadonlySet<string> = new Set()): FieldPath {
  if (columns.has(text) || /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(text)) {
    return { text, root: text, read: (record) => record[text] };
  }
  const expression = compile(text);
  const root = /^([A-Za-z_]\w*)\s*[.[]/.exec(text)?.[1];
  const isSimple = root !== undefined && !/[|&(]/.test(text);
  return {
    text,
    root: isSimple ? root : undefined,
    read: (record) => TreeInterpreter.search(expression, record as Parameters<typeof TreeInterpreter.search>[1]),
  };
}
