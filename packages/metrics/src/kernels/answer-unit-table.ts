import { isPythonWhitespace } from '../text/python-whitespace.ts';

/** Stands for a code unit that ends a word: white space, punctuation, a symbol. */
export const BREAK = 0xffff;
/** Stands for a code unit whose word needs the whole text to be normalised. */
export const WHOLE_TEXT = 0xfffe;

const ENDS_WORD: RegExp = /[\p{P}\p{S}]/u;
/** What can change beside its neighbours under NFKC, or belongs to a script without spaces. */
const NOT_ALONE: RegExp =
  /[\p{M}\p{Cs}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u1100-\u11ff]/u;
/** Its lower case depends on the word. */
const CAPITAL_SIGMA = '\u03a3';

let table: Uint16Array | undefined;

/**
 * For each UTF-16 code unit what it becomes in the words of an answer, where it becomes the same beside any neighbours:
 * its lower case, or BREAK; WHOLE_TEXT for the others. Built on first use, in about 30 ms.
 */
export function answerUnitTable(): Uint16Array {
  if (table !== undefined) return table;
  table = new Uint16Array(0x10000);
  for (let unit = 0; unit < 0x10000; unit++) table[unit] = unitOf(unit);
  return table;
}

function unitOf(unit: number): number {
  const normal = String.fromCharCode(unit).normalize('NFKC');
  const lower = normal.toLowerCase();
  if (normal === CAPITAL_SIGMA || lower.length !== 1 || NOT_ALONE.test(String.fromCharCode(unit))) return WHOLE_TEXT;
  const value = lower.charCodeAt(0);
  if (ENDS_WORD.test(lower) || isPythonWhitespace(value)) return BREAK;
  // A compatibility form may become something that meets its neighbours.
  return value >= WHOLE_TEXT || NOT_ALONE.test(normal) ? WHOLE_TEXT : value;
}
