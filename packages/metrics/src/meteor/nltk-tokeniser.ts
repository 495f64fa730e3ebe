import { dialectOf, type NltkVersion } from './nltk-dialect.ts';
import { punktEnglish } from './punkt-english.ts';
import type { PunktParameters } from './punkt-parameters.ts';
import { sentenceSplitter } from './sentence-spans.ts';
import { treebankTokeniser } from './treebank-tokens.ts';

export interface NltkTokeniserOptions {
  /** What is known of the language's abbreviations. @default our own English */
  readonly parameters?: PunktParameters;
  /** @default '3.10.4' */
  readonly version?: NltkVersion;
}

/** nltk's English tokenisers. */
export interface NltkTokeniser {
  /** For signatures. */
  readonly name: string;
  /** Words of a text, as nltk's `word_tokenize`: Punkt's sentences, then Treebank rules in each. */
  tokenise(text: string): string[];
  /** Sentences of a text, as nltk's `sent_tokenize`. */
  sentences(text: string): string[];
  /** Words of a text taken as one sentence, as `word_tokenize` with `preserve_line`. */
  tokeniseLine(text: string): string[];
}

/**
 * nltk's English tokenisers. Given nltk's trained Punkt parameters they equal nltk; the default parameters are our own, so
 * that a sentence end after an abbreviation is sometimes seen elsewhere.
 */
export function nltkTokeniser(options: NltkTokeniserOptions = {}): NltkTokeniser {
  const { parameters = punktEnglish, version = '3.10.4' } = options;
  const dialect = dialectOf(version);
  const split = sentenceSplitter(dialect, parameters);
  const tokeniseLine = treebankTokeniser(dialect);
  const sentences = (text: string) => split(text).map(([from, to]) => text.slice(from, to));
  return {
    name: `nltk-${version}-${parameters.name}`,
    sentences,
    tokeniseLine,
    tokenise: (text) => sentences(text).flatMap(tokeniseLine),
  };
}
