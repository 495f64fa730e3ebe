import { splitPython } from '../text/python-whitespace.ts';

const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** chrF++'s words, as sacreBLEU's `_remove_punctuation` splits them. */
export function chrfWordsSlow(text: string): string[] {
  return splitPython(text).flatMap((word) => {
    const letters = [...word];
    if (letters.length === 1) return [word];
    if (PUNCTUATION.includes(letters.at(-1)!)) return [word.slice(0, -1), word.slice(-1)];
    if (PUNCTUATION.includes(letters[0]!)) return [word.slice(0, 1), word.slice(1)];
    return [word];
  });
}
