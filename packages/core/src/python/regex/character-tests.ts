import type { CharacterTest } from './syntax.ts';

/** Python counts four separators and the next line in, and the byte order mark out. */
const isSpace: CharacterTest = (code) =>
  (code >= 0x1c && code <= 0x1f) || code === 0x85 || (code !== 0xfeff && SPACE.test(String.fromCodePoint(code)));
const SPACE = /^\s$/u;
const DIGIT = /^\p{Nd}$/u;
const WORD = /^[\p{L}\p{N}_]$/u;

/** A test by a regular expression of one character, remembered for the first 256 code points. */
function byPattern(pattern: RegExp): CharacterTest {
  const known = Array.from({ length: 256 }, (_, code) => pattern.test(String.fromCodePoint(code)));
  return (code) => known[code] ?? pattern.test(String.fromCodePoint(code));
}

export const isWord: CharacterTest = byPattern(WORD);
const CLASSES: Readonly<Record<string, CharacterTest>> = { s: isSpace, d: byPattern(DIGIT), w: isWord };

/** `\s`, `\d`, `\w` over all of Unicode, and their opposites. */
export function classTest(letter: string): CharacterTest | undefined {
  const test = CLASSES[letter.toLowerCase()];
  if (test === undefined || letter in CLASSES) return test;
  return (code) => !test(code);
}

export const lineEnd = 0x0a;

/** Takes either case where case is ignored. */
export function rangeTest(from: number, to: number, ignoreCase: boolean): CharacterTest {
  const within: CharacterTest = from === to ? (code) => code === from : (code) => code >= from && code <= to;
  return ignoreCase ? (code) => within(code) || cases(code).some(within) : within;
}

function cases(code: number): number[] {
  const text = String.fromCodePoint(code);
  return [text.toLowerCase(), text.toUpperCase()].flatMap((each) => {
    const points = Array.from(each);
    return points.length === 1 ? [points[0]!.codePointAt(0)!] : [];
  });
}
