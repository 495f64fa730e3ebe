import type { NltkDialect } from './nltk-dialect.ts';
import { Orthography, type PunktParameters } from './punkt-parameters.ts';
import {
  type PunktToken,
  punktToken,
  startsLower,
  startsUpper,
  typeWithoutPeriod,
  typeWithoutSentencePeriod,
} from './punkt-token.ts';
import { punktWordPattern } from './punkt-words.ts';

const sentenceEnds = new Set(['.', '?', '!']);
const punctuation = new Set([';', ':', ',', '.', '!', '?']);

/**
 * A judge of short texts: does a sentence end somewhere before the last token?
 * @see https://doi.org/10.1162/coli.2006.32.4.485 (Kiss and Strunk, "Unsupervised Multilingual Sentence Boundary Detection")
 */
export function sentenceBreakJudge(dialect: NltkDialect, parameters: PunktParameters): (context: string) => boolean {
  const words = punktWordPattern(dialect);
  const initial = new RegExp(`^[${dialect.letters}]\\.$`, 'u');
  return (context) => {
    const tokens = context
      .split('\n')
      .flatMap((line) => line.match(words) ?? [])
      .map((word) => punktToken(word, initial));
    for (const token of tokens) annotateByType(token, parameters);
    let found = false;
    for (let i = 0; i < tokens.length; i++) {
      // Each token is judged with the next as the first pass left it.
      const next = tokens[i + 1];
      if (next) annotateByContext(tokens[i]!, next, parameters);
      if (found) return true;
      if (tokens[i]!.endsSentence) found = true;
    }
    return false;
  };
}

function annotateByType(token: PunktToken, parameters: PunktParameters): void {
  const { text } = token;
  if (sentenceEnds.has(text)) {
    token.endsSentence = true;
  } else if (token.endsWithPeriod && !token.isEllipsis && !text.endsWith('..')) {
    const word = text.slice(0, -1).toLowerCase();
    const known =
      parameters.abbreviations.has(word) || parameters.abbreviations.has(word.slice(word.lastIndexOf('-') + 1));
    token.isAbbreviation = known;
    token.endsSentence = !known;
  }
}

function annotateByContext(token: PunktToken, next: PunktToken, parameters: PunktParameters): void {
  if (!token.endsWithPeriod) return;
  const type = typeWithoutPeriod(token);
  const nextType = typeWithoutSentencePeriod(next);
  if (parameters.collocations.has(`${type} ${nextType}`)) {
    token.endsSentence = false;
    token.isAbbreviation = true;
    return;
  }
  const starts = startsSentence(next, nextType, parameters);
  if ((token.isAbbreviation || token.isEllipsis) && !token.isInitial) {
    if (starts === true || (startsUpper(next) && parameters.sentenceStarters.has(nextType))) {
      token.endsSentence = true;
      return;
    }
  }
  if (!token.isInitial && type !== '##number##') return;
  const isName =
    starts === undefined &&
    token.isInitial &&
    startsUpper(next) &&
    (parameters.orthography(nextType) & Orthography.lower) === 0;
  if (starts === false || isName) {
    token.endsSentence = false;
    token.isAbbreviation = true;
  }
}

/** Punkt's orthographic heuristic; undefined where it has no opinion. */
function startsSentence(token: PunktToken, type: string, parameters: PunktParameters): boolean | undefined {
  if (punctuation.has(token.text)) return false;
  const seen = parameters.orthography(type);
  if (startsUpper(token) && (seen & Orthography.lower) !== 0 && (seen & Orthography.internalUpper) === 0) return true;
  if (startsLower(token) && ((seen & Orthography.upper) !== 0 || (seen & Orthography.beginningLower) === 0)) {
    return false;
  }
  return undefined;
}
