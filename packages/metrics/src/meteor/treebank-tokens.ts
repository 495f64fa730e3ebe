import { splitPython } from '../text/python-whitespace.ts';
import { type NltkDialect, pythonDialect } from './nltk-dialect.ts';

type Rule = readonly [pattern: RegExp, replacement: string];

const clitics = '[rR][eE]|[vV][eE]|[lL][lL]|[mM]|[tT]|[sSſ]|[dD]|[nN]';

function startingQuotes({ version, word }: NltkDialect): Rule[] {
  return [
    [/([«“‘„]|`+)/gu, ' $1 '],
    [/^"/u, '``'],
    [/``/gu, ' `` '],
    [/([ ([{<])("|'')/gu, '$1 `` '],
    version === '3.9.1'
      ? [new RegExp(`'(?!${clitics})([${word}])(?![${word}])`, 'gu'), "' $1"]
      : [new RegExp(`(?<![${word}])'(?!(?:${clitics})(?![${word}]))(?=[${word}])`, 'gu'), "' "],
  ];
}

function punctuation({ version, spaces }: NltkDialect): Rule[] {
  return [
    [new RegExp(`([^.])(\\.)(?=([\\])}>"'»”’ ]*))\\3[${spaces}]*$`, 'u'), '$1 $2 $3 '],
    [/([:,])([^\p{Nd}])/gu, ' $1 $2'],
    [/([:,])(?=\n?$)/gu, ' $1 '],
    [/\.{2,}/gu, ' $& '],
    [/[;@#$%&]/gu, ' $& '],
    ...(version === '3.9.1' ? [] : [[/[\u2012-\u2015]/gu, ' $& '] as const]),
    [new RegExp(`([^.])(\\.)([\\])}>"']*)[${spaces}]*$`, 'u'), '$1 $2$3 '],
    [/[?!]/gu, ' $& '],
    [/([^'])' /gu, "$1 ' "],
    [/\*/gu, ' * '],
    [/[\][(){}<>]/gu, ' $& '],
    [/--/gu, ' -- '],
  ];
}

function endingQuotes({ spaces }: NltkDialect): Rule[] {
  return [
    [/[»”’]/gu, ' $& '],
    [/''/gu, " '' "],
    [/"/gu, " '' "],
    [new RegExp(`[${spaces}]+`, 'gu'), ' '],
    [/([^' ])('[sS]|'[mM]|'[dD]|') /gu, '$1 $2 '],
    [/([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) /gu, '$1 $2 '],
  ];
}

/** A word in any case as Python's IGNORECASE takes it: i also matches U+0130 and U+0131, s also U+017F. */
function anyCase(word: string): string {
  return Array.from(word, (letter) => {
    if (letter === "'") return letter;
    const extra = letter === 'i' ? '\u0130\u0131' : letter === 's' ? '\u017f' : '';
    return `[${letter}${letter.toUpperCase()}${extra}]`;
  }).join('');
}

function contraction(first: string, second: string, end: string): Rule {
  return [new RegExp(`(?<![${pythonDialect.word}])(${anyCase(first)})(${anyCase(second)})${end}`, 'gu'), ' $1 $2 '];
}

const wordEnd = `(?![${pythonDialect.word}])`;
const contractions: readonly Rule[] = [
  contraction('can', 'not', wordEnd),
  contraction('d', "'ye", wordEnd),
  contraction('gim', 'me', wordEnd),
  contraction('gon', 'na', wordEnd),
  contraction('got', 'ta', wordEnd),
  contraction('lem', 'me', wordEnd),
  contraction('more', "'n", wordEnd),
  contraction('wan', 'na', `(?=[${pythonDialect.spaces}])`),
  [new RegExp(` ('[tT])(${anyCase('is')})${wordEnd}`, 'gu'), ' $1 $2 '],
  [new RegExp(` ('[tT])(${anyCase('was')})${wordEnd}`, 'gu'), ' $1 $2 '],
];

/**
 * Cuts one sentence into words by nltk's improved Treebank rules: punctuation apart, "can't" as "ca" and "n't", straight
 * double quotes as `` and ''.
 * @see https://github.com/nltk/nltk/blob/3.10.4/nltk/tokenize/destructive.py
 */
export function treebankTokeniser(dialect: NltkDialect): (sentence: string) => string[] {
  const opening = [...startingQuotes(dialect), ...punctuation(dialect)];
  const closing = [...endingQuotes(dialect), ...contractions];
  return (sentence) => splitPython(applyRules(` ${applyRules(sentence, opening)} `, closing));
}

function applyRules(text: string, rules: readonly Rule[]): string {
  return rules.reduce((current, [pattern, replacement]) => current.replace(pattern, replacement), text);
}
