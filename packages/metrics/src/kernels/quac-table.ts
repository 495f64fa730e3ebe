import { isAsciiPunctuation } from '../text/ascii-punctuation.ts';
import { isPythonWhitespace } from '../text/python-whitespace.ts';
import { lowerCaseTable } from './lower-case-table.ts';

/** Needs the whole text in lower case first; in a text that is, stands for itself. */
export const SPECIAL = 0;
export const DELETED = 1;
export const SPACE = 2;
/** Separates words but not pieces. */
export const OTHER_SPACE = 3;

let table: Uint16Array | undefined;

/** For each code unit its lower case, or one of the four kinds above. Built on first use, in some milliseconds. */
export function quacTable(): Uint16Array {
  if (table !== undefined) return table;
  table = lowerCaseTable().slice();
  for (let unit = 0; unit < 0x10000; unit++) {
    if (unit <= OTHER_SPACE) table[unit] = SPECIAL;
    else if (isAsciiPunctuation(unit)) table[unit] = DELETED;
    else if (unit === 0x20) table[unit] = SPACE;
    else if (isPythonWhitespace(unit)) table[unit] = OTHER_SPACE;
  }
  return table;
}
