import { porterStem } from '../stem/porter-stem.ts';
import { splitPython, stripPythonEnd } from './python-whitespace.ts';
import { type SacrebleuTokeniser, sacrebleuLine } from './sacrebleu-lines.ts';

/** Splits a text into tokens; the name goes into the signature of every score made with it. */
export interface Tokeniser {
  readonly name: string;
  readonly tokenise: (text: string) => readonly string[];
}

/** Words between whitespace, as Python's `str.split()`. */
export const whitespaceTokeniser: Tokeniser = { name: 'whitespace', tokenise: splitPython };

/**
 * rouge_score's tokens: lower case, runs of a–z and 0–9 (every other character separates, letters beyond ASCII too);
 * with `stemmer`, tokens longer than three characters are reduced by nltk's Porter stemmer.
 * @see https://github.com/google-research/google-research/blob/master/rouge/tokenize.py
 */
export function rougeTokeniser(stemmer: boolean): Tokeniser {
  return {
    name: stemmer ? 'rouge+porter' : 'rouge',
    tokenise: (text) => {
      const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
      if (!stemmer) return words;
      return words.map((word) => (word.length > 3 ? porterStem(word) : word)).filter((word) => word !== '');
    },
  };
}

/** One of sacreBLEU's tokenisers. */
export function sacrebleuTokeniser(name: SacrebleuTokeniser): Tokeniser {
  return { name, tokenise: (text) => splitPython(sacrebleuLine(name, stripPythonEnd(text))) };
}

/** Words as `Intl.Segmenter` finds them for a locale: for Chinese, Japanese, Thai and other scripts without spaces. */
export function segmenterTokeniser(locale: string): Tokeniser {
  // Made when first needed: the first one of a process takes 10 ms.
  let segmenter: Intl.Segmenter | undefined;
  return {
    name: `segmenter-${locale}`,
    tokenise: (text) => {
      segmenter ??= new Intl.Segmenter(locale, { granularity: 'word' });
      return [...segmenter.segment(text)].filter((part) => part.isWordLike).map((part) => part.segment);
    },
  };
}

/** A tokeniser from outside, such as a model's byte-pair encoder; `name` must pin its vocabulary. */
export function customTokeniser(name: string, tokenise: (text: string) => readonly string[]): Tokeniser {
  return { name, tokenise };
}
