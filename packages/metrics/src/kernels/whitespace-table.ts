import { isPythonWhitespace } from '../text/python-whitespace.ts';

let table: Uint8Array | undefined;

/** For each code unit: 1 if it is whitespace for Python, else 0. Built on first use. */
export function whitespaceTable(): Uint8Array {
  table ??= Uint8Array.from({ length: 0x10000 }, (_, unit) => (isPythonWhitespace(unit) ? 1 : 0));
  return table;
}
