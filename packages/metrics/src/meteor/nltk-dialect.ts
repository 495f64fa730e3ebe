/** Which nltk to equal: the newest, or the one in FMEval 1.2.3's lock file. They differ in quotes, dashes and marks. */
export type NltkVersion = '3.10.4' | '3.9.1';

const pythonSpaces = '\\t-\\r \\u001c-\\u001f\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const regexSpaces = pythonSpaces.replace('\\u001c-\\u001f', '');

/** What the patterns of one nltk version mean by their character classes. */
export interface NltkDialect {
  readonly version: NltkVersion;
  /** Inside of a class: \s. */
  readonly spaces: string;
  /** Inside of a class: \w. */
  readonly word: string;
  /** Inside of a class: \w without \d. */
  readonly letters: string;
  /** Inside of a class: quotes that Punkt takes for punctuation besides the ASCII ones. */
  readonly curlyQuotes: string;
}

/** Python's own `re`: \w is letters, numbers and _; \s takes U+001C…U+001F. nltk 3.10 still uses it for contractions. */
export const pythonDialect: NltkDialect = {
  version: '3.9.1',
  spaces: pythonSpaces,
  word: '\\p{L}\\p{N}_',
  letters: '\\p{L}\\p{Nl}\\p{No}_',
  curlyQuotes: '',
};

/** The `regex` module, which nltk 3.10 uses for the rest: \w takes marks as well. */
const regexDialect: NltkDialect = {
  version: '3.10.4',
  spaces: regexSpaces,
  word: '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200c\\u200d',
  letters: '\\p{Alphabetic}\\p{M}\\p{Pc}\\u200c\\u200d',
  curlyQuotes: '\\u2018\\u2019\\u201c\\u201d\\xab\\xbb',
};

export function dialectOf(version: NltkVersion): NltkDialect {
  return version === '3.9.1' ? pythonDialect : regexDialect;
}
