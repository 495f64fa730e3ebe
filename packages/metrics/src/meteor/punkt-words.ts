import type { NltkDialect } from './nltk-dialect.ts';

/** Inside of a class: what never stands inside a word, for Punkt. */
export function punktNonWord({ curlyQuotes }: NltkDialect): string {
  return `)";}\\]*:@'({[${curlyQuotes}?!`;
}

/** Matches the tokens of one line as Punkt cuts it: punctuation apart, but a period stays with the word before it. */
export function punktWordPattern(dialect: NltkDialect): RegExp {
  const space = `[${dialect.spaces}]`;
  const notSpace = `[^${dialect.spaces}]`;
  const nonWord = `[${punktNonWord(dialect)}]`;
  const severalMarks = `(?:-{2,}|\\.{2,}|(?:\\.${space}){2,}\\.)`;
  const wordEnd = `(?:${space}|$|${nonWord}|${severalMarks}|,(?=$|${space}|${nonWord}|${severalMarks}))`;
  const word = `(?=[^("\`{[:;&#*@)}\\]\\-,])${notSpace}+?(?=${wordEnd})`;
  return new RegExp(`${severalMarks}|${word}|${notSpace}`, 'gu');
}
